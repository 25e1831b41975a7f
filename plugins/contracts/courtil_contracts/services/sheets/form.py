"""The contract as a form to fill in by hand and sign on paper, blank or with a household's address."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from courtil.api import (
    FRENCH,
    Available,
    Column,
    Document,
    Field,
    Fields,
    Household,
    Notes,
    NotFound,
    OfferProduct,
    PaymentMethod,
    Place,
    Reader,
    SignatureBox,
    Signatures,
    Table,
    Text,
    _,
    amap_settings,
    clock,
    format_euros,
    label,
    matrix,
    ngettext,
    proposed,
    spoken,
)
from courtil_contracts.services.kinds import clauses, facts
from courtil_contracts.services.sheets.paper import PRODUCTS_AT_ONCE
from courtil_contracts.services.sheets.rights import COORDINATION
from courtil_contracts.services.sheets.season import Asked, Season


@spoken(FRENCH)
def form(reader: Reader, season: Season, asked: Asked) -> Document:
    """A form for this offer; of a household's address only who may enter its contract gets to see it.

    Raises NotFound for the farm, and for a household that is not there.
    """
    if season.right != COORDINATION:
        raise NotFound("form")
    offer, cells = proposed(reader, season.offer.id), matrix(reader, season.offer.id)
    days = sorted({cell.day for cell in cells})
    return Document(
        title=_("Contrat à signer : %(offer)s") % {"offer": offer.name},
        subtitle=f"{offer.farm.name}, {offer.season.name}",
        amap=amap_settings(reader).name,
        orientation="landscape" if offer.kind == "contracts.dates" else "portrait",
        filename=f"formulaire-{offer.name}",
        blocks=(
            _household(reader, asked), _where(offer.place, days), *_choice(offer.kind, offer.products, cells),
            *_rules(reader, offer.id), _payment(offer.methods, offer.farm.payee or offer.farm.name),
            *([Text(heading=_("Clauses de ce contrat"), paragraphs=(offer.terms,))] if offer.terms else []),
            _withdrawal(offer.products), _signatures(),
        ),
    )  # fmt: skip


def _household(reader: Reader, asked: Asked) -> Fields:
    home = _home(reader, asked.household_id)
    persons = [one for one in home.persons if one.archived_at is None] if home else []
    pairs = (
        (_("Foyer"), home.name if home else ""),
        (_("Personnes"), ", ".join(one.full_name for one in persons)),
        (_("Adresse"), " ".join(filter(None, (home.address, home.postal_code, home.city))) if home else ""),
        (_("Téléphone"), next((one.phone for one in persons if one.phone), "")),
        (_("E-mail"), next((one.email for one in persons if one.email), "") or ""),
    )
    return Fields(heading=_("Le foyer"), pairs=tuple(Field(label=name, value=text or "…" * 24) for name, text in pairs))


def homes(reader: Reader) -> Sequence[Household]:
    """The households whose form may be filled in beforehand, by name."""
    present = (Household.archived_at.is_(None), reader.seen("people.read", Household))
    return reader.all(select(Household).where(*present).order_by(Household.search, Household.id))


def _home(reader: Reader, household_id: int | None) -> Household | None:
    if household_id is None:
        return None
    mine = (Household.id == household_id, reader.seen("people.read", Household))
    return reader.one(select(Household).where(*mine).options(selectinload(Household.persons)))


def _where(place: Place, days: Sequence[date]) -> Text:
    dates = "; ".join(f"{day:%d/%m/%Y}" for day in days)
    count = ngettext("%(n)s livraison", "%(n)s livraisons", len(days))
    words = {
        "place": place.name, "begins": clock(place.starts_at), "ends": clock(place.ends_at), "count": count,
        "dates": dates,
    }  # fmt: skip
    sentence = _("%(place)s, de %(begins)s à %(ends)s. %(count)s : %(dates)s.")
    return Text(heading=_("Les livraisons"), paragraphs=(sentence % words,))


def _choice(kind: str, products: Sequence[OfferProduct], cells: Sequence[Available]) -> list[Table]:
    if kind == "contracts.dates":
        return _by_date(products, cells)
    times = {one.id: sum(cell.offer_product_id == one.id for cell in cells) for one in products}
    columns = (
        Column(label=_("Produit"), width=28), Column(label=_("Conditionnement"), width=16),
        Column(label=_("Prix"), kind="cents"), Column(label=_("Livraisons"), kind="number"),
        Column(label=_("Combien à chaque fois"), kind="signature", width=14),
    )  # fmt: skip
    rows = tuple((one.product.name, one.product.unit, one.price_cents, times[one.id], None) for one in products)
    return [Table(caption=_("Je choisis"), columns=columns, rows=rows)]


def _by_date(products: Sequence[OfferProduct], cells: Sequence[Available]) -> list[Table]:
    """A table for so many products as a page holds, a box for each date on which they come."""
    days = sorted({(cell.day, cell.delivery_id) for cell in cells})
    comes = {(cell.offer_product_id, cell.delivery_id) for cell in cells}
    found = []
    for start in range(0, len(products), PRODUCTS_AT_ONCE):
        some = products[start : start + PRODUCTS_AT_ONCE]
        heads = (f"{one.product.name} {format_euros(one.price_cents)}" for one in some)
        columns = (Column(label=_("Date"), kind="date"), *(Column(label=head, kind="signature") for head in heads))
        rows = tuple((day, *(None if (one.id, delivery) in comes else "–" for one in some)) for day, delivery in days)
        found.append(Table(caption=_("Je choisis, date par date"), columns=columns, rows=rows))
    return found


def _rules(reader: Reader, offer_id: int) -> list[Text]:
    said = clauses(facts(reader, offer_id))
    return [Text(heading=_("Règles"), paragraphs=tuple(said))] if said else []


def _payment(methods: Sequence[str], payee: str) -> Text:
    words = {
        "methods": ", ".join(label(PaymentMethod(method)).lower() for method in methods),
        "payee": payee,
    }
    return Text(
        heading=_("Le paiement"),
        paragraphs=(_("À l’ordre de %(payee)s, par %(methods)s. Nombre de paiements : …… Total : ……………… €") % words,),
    )


def _withdrawal(products: Sequence[OfferProduct]) -> Notes:
    lasting = [one.product.name for one in products if not one.product.perishable]
    fresh = [one.product.name for one in products if one.product.perishable]
    lines = []
    if fresh:
        message = _("%(names)s : ces produits s’abîment vite, sans droit de rétractation.")
        lines.append(message % {"names": ", ".join(fresh)})
    if lasting:
        message = _("%(names)s : rétractation possible pendant 14 jours après la première livraison.")
        lines.append(message % {"names": ", ".join(lasting)})
    lines.append(_("Le foyer partage avec la ferme les risques et les surplus de la production."))
    return Notes(lines=tuple(lines))


def _signatures() -> Signatures:
    boxes = (SignatureBox(label=_("Le foyer, date et signature")), SignatureBox(label=_("La ferme, date et signature")))
    return Signatures(boxes=boxes)
