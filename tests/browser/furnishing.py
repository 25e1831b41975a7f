"""The plugin of contracts in a demonstration: offers with terms, some signed, one that waits for its farm."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import select

from browser.living import Living
from contracts.offers import open_, product_ids, write_terms
from courtil.api import DEFAULT_ARTICLES
from courtil.services import countersigning, demo_personas, offers, settings, subscribing
from courtil.services.offers import OfferData, OfferProductData
from courtil.services.unit import Unit
from courtil.store.calendar import Place, Season
from courtil.store.contracts import Contract
from courtil.store.farms import Farm, Product
from courtil.store.offers import Offer
from courtil.store.people import Person
from courtil.testing.factories import thursdays
from courtil_contracts.domain.capacities import Per
from courtil_contracts.domain.sharing import Manner
from courtil_contracts.services import approval, calendar, capacities, changes, pairings, standing, templates
from courtil_contracts.services.capacities import CapacityData
from courtil_contracts.services.pairings import Wish
from courtil_contracts.settings import Settings

CHANGES: list[dict[str, Any]] = [
    {"kind": "absence", "money": "credited", "most": 2},
    {"kind": "report", "notice_days": 2},
    {"kind": "quantity"},
    {"kind": "donation"},
    {"kind": "handover"},
]


def furnish(living: Living) -> list[str]:
    """Add what the plugin's pages need to the demonstration: each kind of contract, changes, weights, an approval.

    Gives the paths from which its pages are reached.
    """
    with living.instance.working() as unit:
        settings.write(unit, "contracts", Settings(asks_farm=False))
        bread = an_offer(
            unit, "contracts.dates", "Pain à la carte", [("Campagne", "1 kg", 490), ("Sésame", "500 g", 390)]
        )
        days = [one.delivery_id for one in bread.dates]
        at_least = {"measure": "amount", "operator": ">=", "value": 400, "or_nothing": True}
        goal = {"multiple": 80, "word": "pains", "aim": "deux fournées"}
        write_terms(
            unit,
            bread,
            rules=[at_least],
            ways=[{"counts": [1, 3], "editable": True}],
            least_households=10,
            goals=[goal],
        )
        open_(unit, bread.id)
        found = [
            f"/contrats/{bread.id}",
            *_chosen(unit, bread, days),
            *_shared(unit),
            *_changing(unit),
            *_account(unit),
        ]
        templates.create(unit, "Contrat de pain", DEFAULT_ARTICLES)
        bounds = CapacityData("Four", 40, Per.DELIVERY, {product_ids(bread)[0]: 1})
        found.append(f"/x/contracts/offre/capacites/{capacities.write(unit, bread.farm_id, bounds).id}")
        for person in _members(unit, 1):
            calendar.renew(unit, person.id)
    with living.instance.working() as unit:
        settings.write(unit, "contracts", Settings())
        waiting = an_offer(unit, "contracts.same", "Fromages", [("Tomme", "200 g", 560)])
        approval.send(unit, waiting.id, living.url)
    return found


def an_offer(unit: Unit, kind: str, name: str, products: Sequence[tuple[str, str, int]], number: int = 6) -> Offer:
    """A draft of the demonstration's first farm, on Thursdays from the next one; prices in cents."""
    farm, place = (unit.all(select(model).order_by(model.id))[0] for model in (Farm, Place))
    season = unit.all(select(Season).order_by(Season.id.desc()))[0]
    made = [unit.add(Product(farm_id=farm.id, name=one, unit=per, price_cents=cents)) for one, per, cents in products]
    data = OfferData(
        season_id=season.id, farm_id=farm.id, place_id=place.id, name=name, kind=kind, instalment_counts=[1, 3],
        methods=["cheque", "transfer"],
    )  # fmt: skip
    proposed = [OfferProductData(product_id=one.id, price_cents=one.price_cents) for one in made]
    return offers.offer(unit, offers.create(unit, data, thursdays(unit.today + timedelta(days=1), number), proposed).id)


def _members(unit: Unit, number: int) -> list[Person]:
    """The member whom visitors may be, then others."""
    first = demo_personas.person(unit, "amapienne")
    others = select(Person).where(Person.household_id.is_not(None), Person.household_id != first.household_id)
    by_household = {one.household_id: one for one in unit.all(others.order_by(Person.id.desc()))}
    return [first, *by_household.values()][:number]


def _chosen(unit: Unit, bread: Offer, days: Sequence[int]) -> list[str]:
    """Bread that the member has chosen and not signed: she may write its payments herself."""
    cells = {f"{product_ids(bread)[0]}-{day}": 2 for day in days}
    member = demo_personas.person(unit, "amapienne")
    draft = subscribing.save_draft(unit, bread.id, member.household_id or 0, {"cells": cells})
    return [f"/x/contracts/paiements/{draft.id}"]


def _shared(unit: Unit) -> list[str]:
    """Vegetables of two households, one of whom has signed; another offer that may be shared."""
    both, free = (
        an_offer(unit, "contracts.same", name, [("Panier", "5 kg", 1_500)]) for name in ("À deux", "À partager")
    )
    for offer in (both, free):
        write_terms(unit, offer, sharing=True)
        open_(unit, offer.id)
    first, second = (one.household_id or 0 for one in _members(unit, 2))
    made = pairings.pair(unit, both.id, first, second, Wish(Manner.TOGETHER))
    _signed(unit, both, {"quantities": {str(product_ids(both)[0]): 1}}, _members(unit, 1)[0])
    sets = f"/x/contracts/offre/{both.id}/partages"
    return [f"/x/contracts/partage/{free.id}", sets, f"/x/contracts/offre/partages/{made.id}/arreter"]


def _changing(unit: Unit) -> list[str]:
    """Poultry that is weighed, whose contracts may change, signed by both; one was entered from paper."""
    offer = an_offer(unit, "contracts.same", "Volailles", [("Poulet", "environ 2 kg", 2_100), ("Œufs", "par 6", 310)])
    (chicken, eggs), fourth = product_ids(offer), offer.dates[3].delivery_id
    write_terms(unit, offer, changes=CHANGES, products=[{"offer_product_id": chicken, "kg_cents": 1_050}])
    open_(unit, offer.id)
    signed = [
        _signed(unit, offer, {"quantities": {str(chicken): 1, str(eggs): 2}}, person, by_hand=not number)
        for number, person in enumerate(_members(unit, 4))
    ]
    farmer = demo_personas.person(unit, "paysanne")
    countersigning.countersign(unit, [one.id for one in signed[:3]], farmer)
    changes.make(unit, signed[0].id, changes.Wish("absence", fourth))
    return [f"/contrat/{signed[0].id}", f"/x/contracts/feuilles/contrats/{offer.id}"]


def _account(unit: Unit) -> list[str]:
    offer = an_offer(unit, "contracts.account", "Compte de miel", [("Miel de fleurs", "500 g", 700)])
    write_terms(unit, offer, topups=[2_500, 5_000])
    open_(unit, offer.id)
    signed = [_signed(unit, offer, {"cents": 2_500}, person) for person in _members(unit, 2)]
    standing.keep(unit, signed[0].id, {product_ids(offer)[0]: 1})
    return [f"/x/contracts/compte/{signed[0].id}"]


def _signed(unit: Unit, offer: Offer, choice: dict[str, Any], person: Person, *, by_hand: bool = False) -> Contract:
    draft = subscribing.save_draft(unit, offer.id, person.household_id or 0, choice, by_hand=by_hand)
    read = subscribing.reading(unit, draft.id, by_hand=by_hand)
    method = subscribing.PAPER if by_hand else subscribing.ACCOUNT
    return subscribing.sign(unit, draft.id, read.quote.total, read.text_hash, person, method=method)
