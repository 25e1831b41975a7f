"""Offers with signed contracts, and who asks for their sheets."""

from datetime import date

from sqlalchemy import select

from courtil.api import Delivery, Document, Offer, OfferDate, Table
from courtil.documents import FORMATS
from courtil.domain.access import Actor, Grant
from courtil.services.unit import Reader, Unit
from courtil.testing.factories import a_farm, a_household, a_signed_contract, an_offer, thursdays
from courtil_contracts.services import sheets
from courtil_contracts.services.sheets import SHEETS, Asked

DAYS = thursdays(date(2026, 11, 26), 5)
FIRST, SECOND, *_LATER = DAYS
WHOLE = Asked(whole=True)
COORDINATION = ("contracts.read", "payments.read")
FARMER = ("farm_space.read",)


def somebody(*permissions: str, farm_id: int | None = None) -> Actor:
    return Actor(1, "Zoé Lantier", grants=frozenset(Grant(name, farm_id) for name in permissions))


def vegetables(unit: Unit) -> Offer:
    """Three households: one takes both products, one eggs alone, one the basket alone."""
    offer = an_offer(unit, farm=a_farm(unit, "Trois-Chênes", {"Panier": 1000, "Œufs": 250}), days=DAYS)
    for name, wanted in (("Zola", {"Panier": 1, "Œufs": 2}), ("Ébrard", {"Œufs": 3}), ("Lantier", {"Panier": 2})):
        a_signed_contract(unit, offer, a_household(unit, name), wanted)
    return offer


def bread(unit: Unit) -> Offer:
    """Another farm on the same evenings, for one household."""
    offer = an_offer(unit, farm=a_farm(unit, "Fournil", {"Pain": 400}), days=DAYS, name="Pain")
    a_signed_contract(unit, offer, a_household(unit, "Boulanger"))
    return offer


def delivery_on(reader: Reader, offer: Offer, day: date) -> Delivery:
    query = select(Delivery).join(OfferDate).where(OfferDate.offer_id == offer.id, Delivery.planned_on == day)
    return reader.one(query)


def made(reader: Reader, name: str, offer: Offer, asked: Asked = WHOLE) -> Document:
    return SHEETS[name].document(reader, sheets.season_of(reader, offer.id), asked)


def labels(reader: Reader, delivery: Delivery) -> Document:
    return sheets.labels(reader, sheets.delivery_of(reader, delivery.id))


def numbers(table: Table) -> list[tuple[object, ...]]:
    return [row for _heading, rows in table.sections for row in rows]


def csv(document: Document) -> str:
    return FORMATS["csv"].render(document).decode("utf-8-sig")
