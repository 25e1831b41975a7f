"""Changing a delivery of a signed contract: the dates, what may change, what it makes, doing it, and the way back."""

from collections.abc import Callable, Mapping
from datetime import date

from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import Response

from courtil.api import (
    AMENDABLE,
    MOST_BASKETS,
    N_,
    SIGNED_IN,
    Contract,
    Fragment,
    NotFound,
    Problem,
    Reader,
    Refused,
    Unit,
    View,
    _,
    find_contract,
    ngettext,
    page,
    path_int,
    redirect,
    render,
)
from courtil_contracts.domain import changes as rules
from courtil_contracts.domain import quantities
from courtil_contracts.domain.changes import Money, Situation, short
from courtil_contracts.domain.terms import ChangeTerms
from courtil_contracts.services import changes, handovers
from courtil_contracts.services.changes import Wish
from courtil_contracts.services.situations import active_changes, situation
from courtil_contracts.tables import ChangeState, ContractChange

ROOT = "/x/contracts/changer"
LONGEST_NOTE = 500

LABELS: Mapping[str, str] = {
    "absence": N_("Je ne viens pas"),
    "report": N_("Prendre ce panier un autre jour"),
    "handover": N_("Confier ce panier à un autre foyer"),
    "donation": N_("Donner ce panier"),
    "quantity": N_("Changer les quantités à partir de cette date"),
}
DONE: Mapping[str, str] = {
    "absence": N_("C’est noté : vous ne venez pas ce jour-là."),
    "report": N_("Le panier est reporté."),
    "handover": N_("La proposition est envoyée. Sans réponse, rien ne change."),
    "donation": N_("C’est noté : ce panier est donné. Merci !"),
    "quantity": N_("Les quantités sont changées."),
}
MONEY: Mapping[str, str] = {
    Money.KEPT: N_("Le panier reste payé à la ferme."),
    Money.CREDITED: N_("Le panier est déduit de ce que vous devez."),
    Money.MOVED: N_("Vous payez le même montant."),
    Money.GIVEN: N_("C’est vous qui payez la ferme ; l’autre foyer ne doit rien."),
    Money.DONATED: N_("Vous payez la ferme ; le panier va à qui en a besoin."),
}


def _found(request: Request, reader: Reader) -> tuple[Contract, bool]:
    """The contract, and whether somebody else than its household writes for it. Raises NotFound."""
    found = find_contract(reader, path_int(request, "contract_id"))
    if reader.allows("self.subscribe", found):
        return found, False
    if reader.allows("contracts.write", found):
        return found, True
    raise NotFound("contract")


def _open(request: Request, reader: Reader) -> tuple[Contract, Situation]:
    """The contract and how it stands. Raises NotFound where the terms allow nothing."""
    found, by_hand = _found(request, reader)
    here = situation(reader, found, by_hand=by_hand)
    if not here.terms.changes:
        raise NotFound("changes")
    return found, here


def rule_words(here: Situation, allowed: ChangeTerms) -> str:
    """The terms of one kind of change in a sentence or two."""
    money = {"absence": allowed.money, "report": Money.MOVED, "donation": Money.DONATED, "handover": Money.GIVEN}
    said = [_(MONEY[money[allowed.kind]])] if allowed.kind in money else []
    if allowed.notice_days:
        notice = ngettext("%(n)s jour avant", "%(n)s jours avant", allowed.notice_days)
        said.append(_("À dire %(notice)s.") % {"notice": notice})
    rest = rules.left(here, allowed.kind)
    if rest is not None:
        said.append(ngettext("Encore %(n)s fois.", "Encore %(n)s fois.", rest))
    return " ".join(said)


@page("/changer/{contract_id:int}", needs=SIGNED_IN)
def contracts_changes(request: Request, reader: Reader) -> Response:
    """The deliveries to come, and what was changed already."""
    found, here = _open(request, reader)
    days = changes.possible(reader, found, by_hand=here.by_hand)
    return render(
        request, "contracts/changes.html", page_title=_("Changer une livraison"), contract=found, days=days,
        rules=[(_(LABELS[one.kind]), rule_words(here, one)) for one in here.terms.changes],
        made=made_of(reader, found, here),
    )  # fmt: skip


def made_of(reader: Reader, found: Contract, here: Situation) -> list[dict[str, object]]:
    """The changes that stand, in words, with where they are undone."""
    return [
        {
            "id": one.id, "says": _says(one, here), "money": _(MONEY.get(one.money, "")),
            "waits": one.state is ChangeState.ASKED, "undo": one.hazard_id is None,
        }
        for one in active_changes(reader, found.id)
    ]  # fmt: skip


def _says(one: ContractChange, here: Situation) -> str:
    """`Absence le jeudi 7 mai`."""
    days = {
        "day": _short(here.day_of(one.delivery_id or 0)),
        "target": _short(here.day_of(one.target_delivery_id or 0)),
    }
    promised = here.promised.get(one.delivery_id or 0, "")
    phrase = {
        "absence": _("Absence le %(day)s."),
        "report": _("Panier du %(day)s reporté au %(target)s."),
        "quantity": _("Autres quantités à partir du %(day)s."),
        "donation": _("Panier du %(day)s donné."),
        "handover": _("Panier du %(day)s : ") % days + promised,
        "hazard": _("Il a manqué quelque chose le %(day)s."),
    }[one.kind]
    return phrase if one.kind == "handover" else phrase % days


def _short(day: date | None) -> str:
    return short(day) if day else "?"


@page("/changer/{contract_id:int}/date/{delivery_id:int}", needs=SIGNED_IN)
def contracts_day(request: Request, reader: Reader) -> Response:
    """One delivery: each change with what it costs, or why it is not possible."""
    found, here = _open(request, reader)
    delivery_id = path_int(request, "delivery_id")
    days = {one.delivery_id: one for one in changes.possible(reader, found, by_hand=here.by_hand)}
    day = days.get(delivery_id)
    if day is None:
        raise NotFound("delivery")
    choices = [
        {
            "kind": one.kind, "label": _(LABELS[one.kind]), "says": rule_words(here, one),
            "why_not": day.why_not[one.kind],
        }
        for one in here.terms.changes
    ]  # fmt: skip
    return render(
        request, "contracts/change_day.html", page_title=short(day.day).capitalize(), contract=found, day=day,
        choices=choices,
    )  # fmt: skip


def _number(text: object) -> int | None:
    return int(text) if isinstance(text, str) and text.isdecimal() and len(text) < 10 else None


Typed = Mapping[str, str]


def _wish(reader: Reader, found: Contract, kind: str, typed: Typed) -> Wish:
    """What was typed as a wish. Raises Refused for what cannot be read, NotFound without a delivery."""
    delivery_id = _number(typed.get("delivery"))
    if delivery_id is None or kind not in LABELS:
        raise NotFound("delivery")
    numbers: dict[int, int] = {}
    for name, text in typed.items() if kind == "quantity" else ():
        key = _number(name.removeprefix("q-"))
        if name.startswith("q-") and key is not None:
            numbers[key] = _quantity(text, name)
    taker = None
    if kind == "handover":
        taker = handovers.household_named(reader, typed.get("to", ""), found.household_id).id
    target = _number(typed.get("target")) if kind in ("report", "handover") else None
    note = " ".join(typed.get("note", "").split())[:LONGEST_NOTE]
    return Wish(kind, delivery_id, target, taker, numbers, note)


def _quantity(text: str, name: str) -> int:
    found = _number(text.strip() or "0")
    if found is None or found > MOST_BASKETS:
        raise Refused(Problem(_("Écrivez un nombre entier, de 0 à 99."), name))
    return found


def _form_page(request: Request, reader: Reader, typed: Typed, problems: tuple[Problem, ...] = ()) -> Response:
    """What is to be chosen, and once it is, what it makes with the button that does it."""
    found, here = _open(request, reader)
    kind, delivery_id = request.path_params["kind"], _number(typed.get("delivery"))
    day = here.day_of(delivery_id or 0)
    if kind not in LABELS or day is None or delivery_id is None or rules.bounds(here, kind) is None:
        raise NotFound("change")
    why_not = rules.why_not(here, kind, delivery_id)
    seen = None
    if not problems and not why_not and _is_chosen(kind, typed):
        try:
            wish = _wish(reader, found, kind, typed)
            seen = changes.preview(reader, found, wish, by_hand=here.by_hand)
            if kind == "handover":
                handovers.check(reader, found, wish)
        except Refused as refused:
            seen, problems = None, refused.problems
    return render(
        request, "contracts/change.html", 422 if problems else 200, page_title=_(LABELS[kind]), contract=found,
        kind=kind, delivery_id=delivery_id, day=day, words=changes.words(here, delivery_id), why_not=why_not,
        typed=typed, problems=[one.message for one in problems], preview=seen,
        money=_(MONEY.get(seen.outcome.money, "")) if seen else "", targets=_targets(here, kind, delivery_id),
        quantities=_quantities(here, kind, delivery_id, typed),
        effects=_effects(here, seen.outcome.lines if seen else {}), by_hand=here.by_hand,
    )  # fmt: skip


def _texts(data: FormData) -> dict[str, str]:
    return {key: value for key, value in data.items() if isinstance(value, str)}


def _is_chosen(kind: str, typed: Typed) -> bool:
    """Whether everything was chosen that the change needs."""
    needed = {"report": ("target",), "handover": ("to",), "quantity": ("look",)}.get(kind, ())
    return all(name in typed for name in needed)


def _targets(here: Situation, kind: str, delivery_id: int) -> list[rules.Target]:
    """Dates to report to, or to take a basket on in exchange."""
    if kind == "handover":
        days = {
            one.delivery_id: one.day for one in here.cells if one.day > here.today and one.delivery_id != delivery_id
        }
        return [rules.Target(key, day, "", double=False) for key, day in sorted(days.items(), key=lambda one: one[1])]
    return rules.targets(here, delivery_id) if kind == "report" else []


def _quantities(here: Situation, kind: str, delivery_id: int, typed: Typed) -> list[tuple[str, str, str, int]]:
    """The name of each field, its label, what it shows, and the most it takes."""
    if kind != "quantity":
        return []
    now = quantities.quantities_from(here, delivery_id)
    return [
        (f"q-{key}", here.products[key], typed.get(f"q-{key}", str(number)), here.most.get(key, MOST_BASKETS))
        for key, number in now.items()
    ]


def _effects(here: Situation, lines: Mapping[rules.Place, object]) -> list[str]:
    """What comes on each date that changes, in sentences."""
    days: dict[date, list[str]] = {}
    for (product, delivery), line in lines.items():
        day = here.day_of(delivery)
        quantity = getattr(line, "quantity", 0) if getattr(line, "effect", None) == "due" else 0
        if day is not None:
            days.setdefault(day, [])
            if quantity:
                days[day].append(f"{quantity}\u00a0×\u00a0{here.products[product]}")
    return [
        _("%(day)s : %(what)s") % {"day": short(day).capitalize(), "what": ", ".join(words) or _("rien")}
        for day, words in sorted(days.items())
    ]


@page("/changer/{contract_id:int}/{kind}", needs=SIGNED_IN)
def contracts_change(request: Request, reader: Reader) -> Response:
    """Choose what the change needs; one that needs nothing shows at once what it makes."""
    return _form_page(request, reader, dict(request.query_params))


@page("/changer/{contract_id:int}/{kind}/apercu", needs=SIGNED_IN, posted=True)
def contracts_preview_change(request: Request, reader: Reader, data: FormData) -> Response:
    """See what it makes before it is done; names of households stay out of addresses."""
    return _form_page(request, reader, _texts(data))


@page("/changer/{contract_id:int}/{kind}", needs=SIGNED_IN, writes=True)
def contracts_make_change(request: Request, unit: Unit, data: FormData) -> Response:
    """Do what was shown."""
    found, here = _open(request, unit)
    typed = _texts(data)
    kind, version = request.path_params["kind"], _number(typed.get("version"))
    make: Callable[..., ContractChange] = handovers.ask if kind == "handover" else changes.make
    try:
        with unit.session.begin_nested():
            wish = _wish(unit, found, kind, typed)
            change = make(unit, found.id, wish, by_hand=here.by_hand, version=version)
    except Refused as refused:
        return _form_page(request, unit, typed, refused.problems)
    return redirect(
        request, f"{ROOT}/{found.id}", _(DONE[kind]), undo_url=f"/x/contracts/changements/{change.id}/annuler"
    )


@page("/changements/{change_id:int}/annuler", needs=SIGNED_IN, writes=True)
def contracts_undo_change(request: Request, unit: Unit, data: FormData) -> Response:
    """Take a change back: its household, a coordinator, or the household that had accepted a basket."""
    change = changes.change_of(unit, path_int(request, "change_id"))
    found = unit.get(Contract, change.contract_id)
    mine = unit.allows("self.subscribe", found)
    taken = change.state is ChangeState.ACCEPTED and _home(unit) == change.to_household_id
    by_hand = not mine and unit.allows("contracts.write", found)
    if not (mine or taken or by_hand):
        raise NotFound("change")
    url = f"{ROOT}/{found.id}" if mine or by_hand else "/moi"
    try:
        with unit.session.begin_nested():
            handovers.undo(unit, change.id, by_hand=by_hand)
    except Refused as refused:
        return redirect(request, url, " ".join(one.message for one in refused.problems), kind="error")
    return redirect(request, url, _("C’est annulé : tout est comme avant."))


def _home(reader: Reader) -> int:
    """The actor's household. Raises NotFound for somebody without one."""
    home = reader.actor.household_id if reader.actor else None
    if home is None:
        raise NotFound("household")
    return home


@page("/changements/{change_id:int}/accepter", needs="self.subscribe", writes=True)
def contracts_accept(request: Request, unit: Unit, data: FormData) -> Response:
    """Take the basket of another household."""
    home, key = _home(unit), path_int(request, "change_id")
    try:
        with unit.session.begin_nested():
            handovers.accept(unit, key, home)
    except Refused as refused:
        return redirect(request, "/moi", " ".join(one.message for one in refused.problems), kind="error")
    undo = f"/x/contracts/changements/{key}/annuler"
    return redirect(request, "/moi", _("C’est noté : vous prenez ce panier. Merci !"), undo_url=undo)


@page("/changements/{change_id:int}/refuser", needs="self.subscribe", writes=True)
def contracts_decline(request: Request, unit: Unit, data: FormData) -> Response:
    """Leave the basket to its household."""
    home, key = _home(unit), path_int(request, "change_id")
    try:
        with unit.session.begin_nested():
            handovers.decline(unit, key, home)
    except Refused as refused:
        return redirect(request, "/moi", " ".join(one.message for one in refused.problems), kind="error")
    return redirect(request, "/moi", _("C’est noté : ce panier reste à son foyer."))


def of_contract(view: View) -> list[Fragment]:
    """The way to the changes, on the page of a contract whose terms allow some."""
    found, reader = view.contract, view.reader
    may = reader.allows("self.subscribe", found) or reader.allows("contracts.write", found)
    if not may or found.state not in AMENDABLE:
        return []
    here = situation(reader, found)
    if not here.terms.changes:
        return []
    context = {"contract": found, "made": made_of(reader, found, here)}
    return [Fragment(template="contracts/contract_changes.html", context=context)]


def of_home(view: View) -> list[Fragment]:
    """Baskets that others propose, and those that change hands soon."""
    actor = view.reader.actor
    home = actor.household_id if actor is not None and actor.can("self.subscribe") else None
    if home is None:
        return []
    asked, coming = handovers.requests(view.reader, home), handovers.coming(view.reader, home)
    if not asked and not coming:
        return []
    context = {"requests": asked, "coming": coming, "home": home}
    return [Fragment(template="contracts/home.html", context=context, order=10)]


def of_evening(view: View) -> list[Fragment]:
    """Who takes whose basket tonight."""
    found = handovers.of_evening(view.reader, view.distribution.id)
    if not found:
        return []
    return [Fragment(template="contracts/evening.html", context={"handed": found}, order=20)]
