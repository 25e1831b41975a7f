"""A contract that nobody signs, to see what articles say: of a real offer, else of one that is made up."""

from collections.abc import Sequence
from datetime import time, timedelta

from courtil.domain.articles import Article
from courtil.domain.contracts import Line
from courtil.domain.money import Cents
from courtil.domain.states import PaymentMethod
from courtil.plugin.payloads import PaymentPart, Reader
from courtil.services import contract_text
from courtil.services.availability import matrix
from courtil.services.offers import proposed
from courtil.services.settings import amap_settings
from courtil.store.calendar import Place, Season
from courtil.store.contracts import Contract
from courtil.store.farms import Farm, Product
from courtil.store.offers import Offer, OfferProduct
from courtil.store.people import Household, Person


def example_text(reader: Reader, articles: Sequence[Article], offer_id: int | None = None) -> str:
    """What a household would read that takes one of each product each time and pays once; writes nothing.

    The articles are without problems. Without an offer, farm and products are made up. Raises NotFound.
    """
    offer = proposed(reader, offer_id) if offer_id is not None else _an_offer()
    home = Household(name="Exemple", address="1, rue du Marché", postal_code="40100", city="Dax")
    home.persons = [Person(first_name="Camille", last_name="Exemple")]
    method = PaymentMethod(next(iter(offer.methods), PaymentMethod.CHEQUE))
    contract = Contract(id=0, offer=offer, household=home, method=method)
    lines = _lines(reader, offer)
    total = Cents(sum(line.cents for line in lines))
    payments = [PaymentPart(due_on=reader.today, cents=total)] if total else []
    return contract_text.write(contract_text.Facts(contract, amap_settings(reader), lines, payments), articles)


def _lines(reader: Reader, offer: Offer) -> list[Line]:
    if offer.id:
        cells = matrix(reader, offer.id)
        return [Line(one.offer_product_id, one.delivery_id, one.day, 1, one.unit_cents) for one in cells]
    days = [reader.today + timedelta(weeks=week) for week in range(1, 4)]
    return [Line(one.id, key, day, 1, one.price_cents) for key, day in enumerate(days) for one in offer.products]


def _an_offer() -> Offer:
    here = {"address": "", "postal_code": "", "city": ""}
    farm = Farm(name="Ferme d’exemple", payee="", siret="", phone="", email="", **here)
    products = [
        OfferProduct(id=1, price_cents=1_500, product=Product(name="Panier", unit="", perishable=True)),
        OfferProduct(id=2, price_cents=700, product=Product(name="Miel", unit="500 g", perishable=False)),
    ]
    return Offer(
        id=0, name="Contrat d’exemple", presentation="", terms="", price_note="", methods=["cheque"], farm=farm,
        season=Season(name="Saison d’exemple"), products=products,
        place=Place(name="Lieu d’exemple", starts_at=time(18), ends_at=time(19, 30), **here),
    )  # fmt: skip
