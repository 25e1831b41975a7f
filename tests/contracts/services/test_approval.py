"""The farm's approval of an offer: sent, answered, gone stale, noted for a farm without access; mail both ways."""

import email
from datetime import timedelta
from email import policy

import pytest
from sqlalchemy import select

from conftest import World
from contracts.conftest import choose
from contracts.offers import an_offer, product_ids, write_terms
from courtil.domain.access import Actor
from courtil.domain.problems import Refused, Stale
from courtil.domain.states import OfferState
from courtil.services import access, offer_life, offer_parts, offers
from courtil.services.instance import Instance
from courtil.services.offer_parts import OfferProductData
from courtil.services.unit import Unit
from courtil.store.deliveries import Delivery
from courtil.store.offers import OfferDate
from courtil.store.operations import LogEntry
from courtil.store.people import Person
from courtil_contracts.domain.approval import Standing
from courtil_contracts.services import approval as service
from courtil_contracts.services import privacy
from courtil_contracts.tables import Approval
from subscriptions import an_open_offer

URL = "https://exemple.fr/x/contracts/relire/1"


@pytest.fixture
def offer_id(asking_farms: Instance) -> int:
    with asking_farms.working() as unit:
        return an_offer(unit, "contracts.same", [1_900, 490], name="Légumes").id


@pytest.fixture
def farmer(world: World, asking_farms: Instance, offer_id: int) -> Person:
    with asking_farms.reading() as reader:
        farm_id = offers.offer(reader, offer_id).farm_id
    return world.person("farmer", name="Rose Marty", farm_id=farm_id, household=False)


@pytest.fixture
def hand(world: World) -> Person:
    return world.person("administrator", name="Ada Blanchot")


def acting(unit: Unit, person: Person) -> Unit:
    """The unit in the hands of this person."""
    [unit.actor] = access.actors(unit, [unit.get(Person, person.id)])
    return unit


def sent(instance: Instance, hand: Person, offer_id: int, word: str = "") -> None:
    with instance.working() as unit:
        service.send(acting(unit, hand), offer_id, URL, word)


def answered(instance: Instance, farmer: Person, offer_id: int, *, approves: bool = True, word: str = "") -> None:
    with instance.working() as unit:
        seen = service.fingerprint(unit, offer_id)
        service.answer(acting(unit, farmer), offer_id, approves=approves, word=word, seen=seen, url=URL)


def standing(instance: Instance, offer_id: int) -> Standing:
    with instance.reading() as reader:
        return service.review_of(reader, offers.offer(reader, offer_id)).standing


def opened(instance: Instance, offer_id: int) -> OfferState:
    with instance.working() as unit:
        return offer_life.move(unit, offer_id, OfferState.OPEN).state


def test_an_offer_opens_once_its_farm_has_approved_it(
    asking_farms: Instance, offer_id: int, farmer: Person, hand: Person
) -> None:
    with pytest.raises(Refused, match="pas encore donné son accord"):
        opened(asking_farms, offer_id)
    sent(asking_farms, hand, offer_id)
    with pytest.raises(Refused, match="attendez son accord"):
        opened(asking_farms, offer_id)
    answered(asking_farms, farmer, offer_id)
    assert opened(asking_farms, offer_id) is OfferState.OPEN


def test_the_core_s_own_kind_of_offer_waits_for_the_farm_as_well(asking_farms: Instance) -> None:
    with asking_farms.working() as unit, pytest.raises(Refused, match="pas encore donné son accord"):
        an_open_offer(unit)


def test_an_amap_may_do_without(asking_farms: Instance, offer_id: int) -> None:
    choose(asking_farms, asks_farm=False)
    assert opened(asking_farms, offer_id) is OfferState.OPEN


def test_an_offer_that_was_open_before_anybody_asked_its_farm_may_open_again(
    asking_farms: Instance, offer_id: int
) -> None:
    choose(asking_farms, asks_farm=False)
    opened(asking_farms, offer_id)
    with asking_farms.working() as unit:
        offer_life.move(unit, offer_id, OfferState.CLOSED)
    choose(asking_farms)
    assert opened(asking_farms, offer_id) is OfferState.OPEN


def test_the_farm_is_written_to_and_its_answer_comes_back(
    asking_farms: Instance, offer_id: int, farmer: Person, hand: Person, world: World
) -> None:
    sent(asking_farms, hand, offer_id, "Les poulets viennent une fois par mois.")
    [asked] = plain_mails(world)
    assert (farmer.email or "") in asked
    assert "Contrat à relire" in asked
    assert "Ada Blanchot a préparé" in asked
    assert "Les poulets viennent" in asked
    assert URL in asked
    answered(asking_farms, farmer, offer_id, approves=False, word="Pas de livraison le 24.")
    told = plain_mails(world)[-1]
    assert (hand.email or "") in told
    assert "Rose Marty" in told
    assert "Pas de livraison le 24." in told


def plain_mails(world: World) -> list[str]:
    """The mails as one reads them."""
    found = []
    for text in world.mails():
        mail = email.message_from_string(text, policy=policy.default)
        found.append(f"{mail['To']}\n{mail['Subject']}\n{mail.get_content()}")  # type: ignore[attr-defined]
    return found


def test_sending_and_approving_twice_is_done_once(
    asking_farms: Instance, offer_id: int, farmer: Person, hand: Person, world: World
) -> None:
    sent(asking_farms, hand, offer_id)
    sent(asking_farms, hand, offer_id)
    answered(asking_farms, farmer, offer_id)
    answered(asking_farms, farmer, offer_id)
    assert len(world.mails()) == 2
    with asking_farms.reading() as reader:
        told = reader.all(select(LogEntry.sentence).where(LogEntry.kind == "OfferReviewed").order_by(LogEntry.id))
    assert told == [
        "Contrat vierge « Légumes » : envoyé à la ferme pour relecture.",
        "Contrat vierge « Légumes » : approuvé par la ferme.",
    ]


def test_asking_for_changes_needs_a_word_and_holds_the_offer_back(
    asking_farms: Instance, offer_id: int, farmer: Person, hand: Person
) -> None:
    sent(asking_farms, hand, offer_id)
    with pytest.raises(Refused, match="ce qu’il faut changer") as refused:
        answered(asking_farms, farmer, offer_id, approves=False)
    assert refused.value.problems[0].field == "word"
    answered(asking_farms, farmer, offer_id, approves=False, word="Le pain à 4,90 €.")
    with pytest.raises(Refused, match="demande des changements"):
        opened(asking_farms, offer_id)
    sent(asking_farms, hand, offer_id)
    assert standing(asking_farms, offer_id) is Standing.SENT


def change_name(unit: Unit, offer_id: int) -> None:
    found = offers.offer(unit, offer_id)
    data = {name: getattr(found, name) for name in offers.OfferData.model_fields} | {"name": "Légumes d’hiver"}
    offers.change(unit, offer_id, offers.OfferData.model_validate(data))


def change_price(unit: Unit, offer_id: int) -> None:
    products = offers.offer(unit, offer_id).products
    offer_parts.set_products(
        unit, offer_id, [OfferProductData(product_id=one.product_id, price_cents=2_000) for one in products]
    )


def change_dates(unit: Unit, offer_id: int) -> None:
    days = [one.delivery.planned_on for one in offers.offer(unit, offer_id).dates]
    offer_parts.set_dates(unit, offer_id, [*days, max(days) + timedelta(weeks=1)])


def change_matrix(unit: Unit, offer_id: int) -> None:
    found = offers.offer(unit, offer_id)
    offer_parts.set_matrix(unit, offer_id, [(found.products[0].id, one.id) for one in found.dates])


def change_terms(unit: Unit, offer_id: int) -> None:
    write_terms(unit, offers.offer(unit, offer_id), rolling_months=6)


@pytest.mark.parametrize("change", [change_name, change_price, change_dates, change_matrix, change_terms])
def test_what_changes_after_the_approval_is_read_again(
    asking_farms: Instance, offer_id: int, farmer: Person, hand: Person, change: object
) -> None:
    sent(asking_farms, hand, offer_id)
    answered(asking_farms, farmer, offer_id)
    with asking_farms.working() as unit:
        change(unit, offer_id)  # type: ignore[operator]
    assert standing(asking_farms, offer_id) is Standing.REREAD
    with pytest.raises(Refused, match="changé depuis l’accord"):
        opened(asking_farms, offer_id)
    sent(asking_farms, hand, offer_id)
    answered(asking_farms, farmer, offer_id)
    assert opened(asking_farms, offer_id) is OfferState.OPEN


def test_neither_the_last_day_to_sign_nor_a_moved_delivery_is_the_farm_s_to_approve_again(
    asking_farms: Instance, offer_id: int, farmer: Person, hand: Person
) -> None:
    sent(asking_farms, hand, offer_id)
    answered(asking_farms, farmer, offer_id)
    with asking_farms.working() as unit:
        unit.get(offers.Offer, offer_id).closes_on = unit.today + timedelta(days=3)
        row = unit.all(select(Delivery).join(OfferDate).where(OfferDate.offer_id == offer_id).order_by(Delivery.id))[0]
        row.reason = "gel"
    assert standing(asking_farms, offer_id) is Standing.APPROVED


def test_the_farm_approves_what_it_has_read_and_nothing_else(
    asking_farms: Instance, offer_id: int, farmer: Person, hand: Person
) -> None:
    sent(asking_farms, hand, offer_id)
    with asking_farms.reading() as reader:
        seen = service.fingerprint(reader, offer_id)
    with asking_farms.working() as unit:
        change_price(unit, offer_id)
    with pytest.raises(Stale), asking_farms.working() as unit:
        service.answer(acting(unit, farmer), offer_id, approves=True, word="", seen=seen, url=URL)


def test_a_farm_without_access_gives_its_word_and_the_coordination_notes_it(
    asking_farms: Instance, offer_id: int, hand: Person
) -> None:
    with pytest.raises(Refused, match="Notez plutôt"):
        sent(asking_farms, hand, offer_id)
    with asking_farms.working() as unit:
        seen = service.fingerprint(unit, offer_id)
        with pytest.raises(Refused, match="qui a donné son accord"):
            service.note(acting(unit, hand), offer_id, " ", seen)
    with asking_farms.working() as unit:
        service.note(acting(unit, hand), offer_id, "Rose, jeudi au marché", seen)
    assert opened(asking_farms, offer_id) is OfferState.OPEN


def test_a_farmer_without_an_address_cannot_answer_here(
    asking_farms: Instance, offer_id: int, farmer: Person, hand: Person
) -> None:
    with asking_farms.working() as unit:
        unit.get(Person, farmer.id).email = None
    with pytest.raises(Refused, match="Notez plutôt"):
        sent(asking_farms, hand, offer_id)


def test_nobody_notes_the_approval_of_a_farm_that_can_give_it_itself(
    asking_farms: Instance, offer_id: int, farmer: Person, hand: Person
) -> None:
    with asking_farms.working() as unit, pytest.raises(Refused, match="elle répond elle-même"):
        service.note(acting(unit, hand), offer_id, "Vu avec Rose", service.fingerprint(unit, offer_id))


def test_an_empty_offer_has_nothing_to_read(asking_farms: Instance, hand: Person) -> None:
    with asking_farms.working() as unit:
        empty = an_offer(unit, "contracts.same", []).id
        with pytest.raises(Refused, match="rien à relire"):
            service.send(acting(unit, hand), empty, URL)


def test_a_finished_offer_is_not_sent(asking_farms: Instance, offer_id: int, farmer: Person, hand: Person) -> None:
    with asking_farms.working() as unit:
        unit.get(offers.Offer, offer_id).state = OfferState.FINISHED
        with pytest.raises(Refused, match="est terminé"):
            service.send(acting(unit, hand), offer_id, URL)


def test_a_farm_has_to_read_what_waits_for_it_and_no_other_s(
    asking_farms: Instance, offer_id: int, farmer: Person, hand: Person
) -> None:
    with asking_farms.working() as unit:
        other = an_offer(unit, "contracts.same", [900]).farm_id
    sent(asking_farms, hand, offer_id)
    with asking_farms.working() as unit:
        mine = offers.offer(unit, offer_id).farm_id
        assert [one.id for one in service.to_read(acting(unit, farmer), mine)] == [offer_id]
        assert service.to_read(unit, other) == []
        unit.actor = Actor(0, "")
        assert service.to_read(unit, mine) == []


def test_what_is_kept_of_a_person_is_given_and_forgotten(
    asking_farms: Instance, offer_id: int, farmer: Person, hand: Person
) -> None:
    sent(asking_farms, hand, offer_id)
    answered(asking_farms, farmer, offer_id, word="Bon")
    with asking_farms.working() as unit:
        assert [one.values for one in privacy.records(farmer.id, unit)] == [{"Contrat": "Légumes", "Mot": "Bon"}]
        privacy.forget(farmer.id, unit)
        row = unit.get(Approval, offer_id)
        unit.session.refresh(row)
        assert (row.by_person_id, row.sent_by_id, row.state) == (None, hand.id, "approved")
    with asking_farms.reading() as reader:
        assert len(product_ids(offers.offer(reader, offer_id))) == 2
