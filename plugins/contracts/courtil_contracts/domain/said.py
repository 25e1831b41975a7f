"""The terms of an offer said back in French sentences, for whoever has to agree to them."""

from collections.abc import Mapping, Sequence
from datetime import date

from courtil.api import N_, _, format_euros, long_day, ngettext
from courtil_contracts.domain.plans import PlanTerms
from courtil_contracts.domain.prices import Fee
from courtil_contracts.domain.terms import ChangeTerms, ProductTerms, Terms

_PER = {"contract": N_("pour tout le contrat"), "month": N_("par mois")}
_RHYTHMS = {
    "every": N_("à chaque livraison"), "first": N_("une fois sur deux, dès la première"),
    "second": N_("une fois sur deux, dès la deuxième"),
}  # fmt: skip
_FEES = {"contract": N_("une fois"), "delivery": N_("à chaque livraison"), "basket": N_("par panier")}
_COUNTED = {
    "delivery": N_("une fois par livraison"), "delivery_product": N_("une fois par livraison et par produit"),
    "quantity": N_("autant de fois que de paniers pris"),
}  # fmt: skip
_WHEN = {
    "month": N_("à la signature, puis chaque mois"), "first_delivery": N_("à la première livraison du mois"),
    "delivery": N_("aux livraisons"), "free": N_("aux dates que le foyer écrit"),
}  # fmt: skip
_AMOUNTS = {
    "whole_euros": N_("à l’euro, le reste sur le dernier"),
    "ahead": N_("selon ce qui est livré jusqu’au suivant"),
}
_CHANGES = {
    "absence": N_("Un foyer peut ne pas prendre un panier"),
    "report": N_("Un foyer peut reporter un panier à une autre date"),
    "quantity": N_("Un foyer peut changer ses quantités à partir d’une date"),
    "exchange": N_("Un foyer peut recomposer un panier, à valeur égale"),
    "donation": N_("Un foyer peut donner un panier"),
    "handover": N_("Un foyer peut céder un panier à un autre foyer"),
}


def product_notes(terms: ProductTerms) -> list[str]:
    """What is particular to this product; prices by weight are among the clauses."""
    notes = [_(_PER[terms.per])] if terms.per in _PER else []
    if terms.prorated and terms.per == "contract":
        notes.append(_("moins pour qui arrive en cours de saison"))
    notes += [
        _("dès %(n)s : %(price)s") % {"n": tier.from_quantity, "price": format_euros(tier.unit_cents)}
        for tier in terms.tiers
    ]
    if terms.rhythms != ("every",):
        notes.append(_(" ou ").join(_(_RHYTHMS[one]) for one in terms.rhythms))
    if terms.deliveries:
        notes.append(ngettext("%(n)s livraison, puis s’arrête", "%(n)s livraisons, puis s’arrête", terms.deliveries))
    if terms.points:
        notes.append(ngettext("%(n)s point", "%(n)s points", terms.points))
    return notes


def sentences(terms: Terms) -> list[str]:
    """Fees, ways to pay, changes after the signature, and what concerns the whole contract; rules are apart."""
    return [
        *(_fee(one) for one in terms.fees),
        *(_way(one) for one in terms.ways),
        *(change_sentence(one) for one in terms.changes),
        *_whole(terms),
    ]


def counts(numbers: Sequence[int]) -> str:
    """`en 1, 3 ou 6 fois`."""
    words = [str(number) for number in numbers]
    said = _(" ou ").join([", ".join(words[:-1]), words[-1]]) if len(words) > 1 else "".join(words)
    return _("en %(counts)s fois") % {"counts": said}


def _fee(fee: Fee) -> str:
    words = {"label": fee.label, "price": format_euros(fee.cents), "per": _(_FEES[fee.per])}
    said = _("Frais « %(label)s » : %(price)s %(per)s") % words
    return said + (_(", si le foyer le veut.") if fee.optional else ".")


def _way(way: PlanTerms) -> str:
    parts = [counts(way.counts)] if way.counts else []
    parts += [_(_COUNTED[way.per])] if way.per else []
    if way.listed or way.counts not in {(), (1,)}:
        parts.append(_when(way))
    parts += [_(_AMOUNTS[way.amounts])] if way.amounts in _AMOUNTS else []
    parts += [_("au moins %(cents)s chacun") % {"cents": format_euros(way.smallest)}] if way.smallest else []
    parts += [_("montants que le foyer peut changer")] if way.editable else []
    return _("Paiement %(how)s.") % {"how": ", ".join(parts)}


def _when(way: PlanTerms) -> str:
    if way.dates == "listed":
        return _("aux dates du %(days)s") % {"days": ", ".join(map(_short, way.listed))}
    if way.dates != "month" or (way.every_months == 1 and way.starts_on is None):
        return _(_WHEN[way.dates])
    start = _("à partir du %(day)s") % {"day": long_day(way.starts_on)} if way.starts_on else _("à la signature")
    step = ngettext("puis chaque mois", "puis tous les %(n)s mois", way.every_months)
    return f"{start}, {step}"


def _short(day: date) -> str:
    return f"{day:%d/%m/%Y}"


def change_sentence(change: ChangeTerms) -> str:
    """`Un foyer peut donner un panier, 3 jours avant.`"""
    said = _(_CHANGES[change.kind])
    if change.most:
        said += ngettext(", %(n)s fois au plus", ", %(n)s fois au plus", change.most)
    if change.begins_on and change.ends_on:
        words = {"start": _short(change.begins_on), "end": _short(change.ends_on)}
        said += _(", du %(start)s au %(end)s") % words
    said += ngettext(", %(n)s jour avant.", ", %(n)s jours avant.", change.notice_days)
    if change.kind != "absence":
        return said
    return f"{said} " + (_("Son prix reste à la ferme.") if change.money == "kept" else _("Son prix n’est pas dû."))


def _whole(terms: Terms) -> list[str]:
    said = []
    if terms.months:
        said.append(_("Les prix au mois comptent pour %(n)s mois.") % {"n": terms.months})
    if terms.topups:
        amounts = ", ".join(format_euros(cents) for cents in terms.topups)
        said.append(_("Le foyer verse au choix : %(amounts)s.") % {"amounts": amounts})
    if len(terms.payees) > 1:
        said.append(_("Les paiements se partagent entre %(names)s.") % {"names": _shares(terms.payees)})
    return said


def _shares(payees: Mapping[str, int]) -> str:
    whole = sum(payees.values())
    return ", ".join(f"{name} ({share}/{whole})" for name, share in payees.items())
