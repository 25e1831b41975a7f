"""Subscribing: nobody signs what she has not read, nobody gets a basket that is not there."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from pydantic import ValidationError
from sqlalchemy import func, select

from courtil.domain.contracts import Choice, fingerprint
from courtil.domain.problems import NotFound, Refused
from courtil.domain.states import ContractState, OfferState
from courtil.services import books, contract_text, contracts, offer_life, offer_parts, offers, subscribing
from courtil.services.instance import Instance
from courtil.services.offers import OfferProductData
from courtil.services.unit import Unit
from courtil.store.books import Posting
from courtil.store.contracts import Contract, ContractLine, Signature
from courtil.store.farms import Product
from courtil.store.offers import Absence, Offer
from courtil.store.operations import Job, LogEntry
from courtil.store.people import Household, Person
from subscriptions import (
    a_choice,
    a_draft,
    a_garden,
    a_person,
    a_signed_contract,
    an_open_offer,
    products_of,
    signed,
    weekly,
)


@pytest.fixture
def offer_id(instance: Instance) -> int:
    with instance.working() as unit:
        return an_open_offer(unit)


@pytest.fixture
def person(instance: Instance) -> Person:
    with instance.working() as unit:
        return a_person(unit, "Lantier")


def rows(unit: Unit, model: type) -> int:
    return unit.session.scalar(select(func.count()).select_from(model)) or 0


def words(refused: Refused) -> str:
    return " ".join(problem.message for problem in refused.problems)


def test_a_quote_multiplies_the_basket_by_the_dates_to_come(instance: Instance, offer_id: int, person: Person) -> None:
    with instance.working() as unit:
        asked = subscribing.quote(unit, offer_id, a_choice(unit, offer_id, 2, 1), person.household_id or 0)
    assert asked.problems == ()
    assert asked.total == 4 * (2 * 1_250 + 700)
    assert list(asked.days.values()) == [3_200] * 4


def test_a_late_joiner_pays_only_for_what_is_left(instance: Instance, person: Person) -> None:
    with instance.working() as unit:
        offer_id = an_open_offer(unit, days=weekly(unit.today - timedelta(days=14), 5))
        asked = subscribing.quote(unit, offer_id, a_choice(unit, offer_id), person.household_id or 0)
    assert len(asked.lines) == 2  # today's van is loaded already
    assert asked.total == 2 * 1_250


def test_a_product_comes_only_on_the_dates_that_are_ticked(instance: Instance, offer_id: int, person: Person) -> None:
    with instance.working() as unit:
        _basket, honey = products_of(unit, offer_id)
        dates = offers.offer(unit, offer_id).dates
        unit.session.add_all(Absence(offer_product_id=honey, offer_date_id=one.id) for one in dates[1:])
        unit.session.flush()
        asked = subscribing.quote(unit, offer_id, a_choice(unit, offer_id, 1, 1), person.household_id or 0)
    assert asked.total == 4 * 1_250 + 700


def test_what_was_reread_is_what_is_signed(instance: Instance, offer_id: int, person: Person) -> None:
    with instance.working() as unit:
        draft = a_draft(unit, offer_id, person, 1, 1)
        subscribing.choose_payment(unit, draft.id, "3", "transfer")
        read = subscribing.reading(unit, draft.id)
        found = subscribing.sign(unit, draft.id, read.quote.total, read.text_hash, person, address="192.0.2.1")
        found = contracts.contract(unit, found.id)
        assert found.state == ContractState.SIGNED_MEMBER
        assert found.text == read.text
        assert fingerprint(found.text) == found.text_hash
        assert found.total_cents == 4 * 1_950 == sum(x.quantity * x.unit_cents for x in found.lines)
        assert [i.cents for i in found.instalments] == [2_600] * 3
        assert [proof.holds for proof in contracts.proofs(found)] == [True]
        assert found.signatures[0].address == "192.0.2.1"
        assert books.balance(unit, books.household(person.household_id or 0)) == -7_800
        assert books.balance(unit, books.farm(found.offer.farm_id)) == 7_800


def test_the_text_says_all_that_binds(instance: Instance, person: Person) -> None:
    with instance.working() as unit:
        offer_id = an_open_offer(
            unit, terms="Un panier non retiré n’est pas remboursé.\n\nIl est donné.", price_note="Voté en assemblée."
        )
        text = subscribing.reading(unit, a_draft(unit, offer_id, person, 2, 1).id).text
    for expected in (
        "Lantier", "GAEC des Chênes", "12345678901234", "2 × Panier moyen (environ 5 kg) à 12,50", "Prix total : 128,00",
        "Un panier non retiré n’est pas remboursé.", "Voté en assemblée.", "charte des AMAP", "AMAP des Tilleuls",
        "Panier moyen : ces produits s’abîment vite", "Miel : le foyer peut se rétracter", "données", "dix ans", "chèque",
    ):  # fmt: skip
        assert expected in text
    (title, _subtitle), sections = contract_text.parts(text)
    assert title == "Contrat d’engagement « Légumes »"
    assert [heading.split(" – ")[0] for heading, _paragraphs in sections] == [f"Article {n}" for n in range(1, 11)]


def test_the_text_does_not_depend_on_when_it_is_read_in_the_day(
    instance: Instance, offer_id: int, person: Person
) -> None:
    with instance.working() as unit:
        draft = a_draft(unit, offer_id, person)
        first = subscribing.reading(unit, draft.id).text_hash
    with instance.reading() as reader:
        assert subscribing.reading(reader, draft.id).text_hash == first


def test_the_household_gets_the_text_by_mail(instance: Instance, offer_id: int) -> None:
    with instance.working() as unit:
        person = a_person(unit)
        found = a_signed_contract(unit, offer_id, person)
        mail = unit.session.scalars(select(Job).where(Job.kind == "core.mail")).one()
    assert mail.payload["to"] == person.email
    assert found.text in mail.payload["text"]


def test_a_double_click_signs_once(instance: Instance, offer_id: int, person: Person) -> None:
    with instance.working() as unit:
        draft = a_draft(unit, offer_id, person)
        read = subscribing.reading(unit, draft.id)

    def click(_number: int) -> int:
        with instance.working() as unit:
            who = unit.get(Person, person.id)
            return subscribing.sign(unit, draft.id, read.quote.total, read.text_hash, who).id

    with ThreadPoolExecutor(4) as pool:
        assert set(pool.map(click, range(4))) == {draft.id}
    with instance.working() as unit:
        assert (rows(unit, Signature), rows(unit, ContractLine), rows(unit, Posting)) == (1, 4, 1)
        assert unit.session.scalar(select(func.count()).where(LogEntry.kind == "ContractSigned")) == 1
        assert unit.session.scalar(select(func.count()).where(Job.kind == "core.mail")) == 1


def race(instance: Instance, offer_id: int, number: int) -> tuple[int, list[str]]:
    with instance.working() as unit:
        people = [a_person(unit) for _ in range(number)]
        drafts = [(a_draft(unit, offer_id, person).id, person.id) for person in people]

    def take(pair: tuple[int, int]) -> str:
        try:
            with instance.working() as unit:
                signed(unit, pair[0], unit.get(Person, pair[1]))
        except Refused as refused:
            return words(refused)
        return ""

    with ThreadPoolExecutor(number) as pool:
        answers = list(pool.map(take, drafts))
    with instance.working() as unit:
        states = select(func.count()).where(
            Contract.offer_id == offer_id, Contract.state == ContractState.SIGNED_MEMBER
        )
        return unit.session.scalar(states) or 0, [answer for answer in answers if answer]


def test_fifty_at_once_on_the_last_five_places_make_five(instance: Instance) -> None:
    with instance.working() as unit:
        offer_id = an_open_offer(unit, places=5)
    signed_now, refused = race(instance, offer_id, 50)
    assert signed_now == 5
    assert len(refused) == 45
    assert all("complet" in answer for answer in refused)


def test_fifty_at_once_on_the_last_five_baskets_make_five(instance: Instance) -> None:
    with instance.working() as unit:
        offer_id = an_open_offer(unit, stock=5)
    signed_now, refused = race(instance, offer_id, 50)
    assert signed_now == 5
    assert all("Panier moyen" in answer for answer in refused)


def test_stock_counts_every_date_by_itself(instance: Instance) -> None:
    with instance.working() as unit:
        offer_id = an_open_offer(unit, stock=3)
        a_signed_contract(unit, offer_id, baskets=2)
        with pytest.raises(Refused) as refused:
            a_draft(unit, offer_id, a_person(unit), 2)
        assert "Il reste 1" in words(refused.value)
        assert a_signed_contract(unit, offer_id, baskets=1).state == ContractState.SIGNED_MEMBER


def nothing_signed(instance: Instance) -> bool:
    with instance.working() as unit:
        return (rows(unit, Signature), rows(unit, ContractLine), rows(unit, Posting)) == (0, 0, 0)


def test_a_signature_without_reading_is_refused(instance: Instance, offer_id: int, person: Person) -> None:
    with instance.working() as unit:
        draft = a_draft(unit, offer_id, person)
    for total, text_hash in ((5_000, ""), (5_000, "0" * 64), (1, "")):
        with instance.working() as unit, pytest.raises(Refused, match="Relisez"):
            subscribing.sign(unit, draft.id, total, text_hash, unit.get(Person, person.id))
    assert nothing_signed(instance)


def test_a_price_that_changed_after_reading_must_be_read_again(
    instance: Instance, offer_id: int, person: Person
) -> None:
    with instance.working() as unit:
        draft = a_draft(unit, offer_id, person)
        read = subscribing.reading(unit, draft.id)
        unit.execute(Offer.__table__.update().values(terms="Autre clause"))
    with instance.working() as unit, pytest.raises(Refused, match="Relisez"):
        subscribing.sign(unit, draft.id, read.quote.total, read.text_hash, unit.get(Person, person.id))
    assert nothing_signed(instance)


def _close(unit: Unit, offer_id: int) -> None:
    offer_life.move(unit, offer_id, OfferState.CLOSED)


def _back_to_draft(unit: Unit, offer_id: int) -> None:
    offer_life.move(unit, offer_id, OfferState.DRAFT)


def _past(unit: Unit, offer_id: int) -> None:
    unit.get(Offer, offer_id).closes_on = unit.today - timedelta(days=1)


def _full(unit: Unit, offer_id: int) -> None:
    unit.get(Offer, offer_id).places = 1
    unit.session.flush()
    a_signed_contract(unit, offer_id)


@pytest.mark.parametrize(
    ("change", "says"),
    [(_close, "closes"), (_back_to_draft, "pas encore ouvert"), (_past, "Demandez à"), (_full, "complet")],
)
def test_who_comes_too_late_is_told_what_to_do(
    instance: Instance, offer_id: int, person: Person, change: Callable[[Unit, int], None], says: str
) -> None:
    with instance.working() as unit:
        draft = a_draft(unit, offer_id, person)
        read = subscribing.reading(unit, draft.id)
        change(unit, offer_id)
    with instance.working() as unit:
        before = rows(unit, Signature)
    with instance.working() as unit, pytest.raises(Refused, match=says):
        subscribing.sign(unit, draft.id, read.quote.total, read.text_hash, unit.get(Person, person.id))
    with instance.working() as unit:
        assert rows(unit, Signature) == before
        assert unit.get(Contract, draft.id).state == ContractState.DRAFT


def test_a_coordinator_may_enter_a_paper_form_after_the_closing_day(
    instance: Instance, offer_id: int, person: Person
) -> None:
    with instance.working() as unit:
        _past(unit, offer_id)
        unit.session.flush()
        choice = a_choice(unit, offer_id)
        draft = subscribing.save_draft(unit, offer_id, person.household_id or 0, choice, by_hand=True)
        read = subscribing.reading(unit, draft.id, by_hand=True)
        found = subscribing.sign(unit, draft.id, read.quote.total, read.text_hash, person, method="paper")
        assert contracts.contract(unit, found.id).signatures[0].method == "paper"


def test_somebody_else_cannot_sign_for_the_household(instance: Instance, offer_id: int, person: Person) -> None:
    with instance.working() as unit:
        draft = a_draft(unit, offer_id, person)
        read = subscribing.reading(unit, draft.id)
        stranger = a_person(unit)
    with instance.working() as unit, pytest.raises(NotFound):
        subscribing.sign(unit, draft.id, read.quote.total, read.text_hash, unit.get(Person, stranger.id))
    assert nothing_signed(instance)


def test_a_household_signs_an_offer_once(instance: Instance, offer_id: int, person: Person) -> None:
    with instance.working() as unit:
        a_signed_contract(unit, offer_id, unit.get(Person, person.id))
        with pytest.raises(Refused, match="déjà signé"):
            a_draft(unit, offer_id, person)


def test_more_than_the_household_may_have_is_refused(instance: Instance, person: Person) -> None:
    with instance.working() as unit:
        offer_id = an_open_offer(unit, most=2)
        with pytest.raises(Refused, match="Au plus 2"):
            a_draft(unit, offer_id, person, 3)


def test_foreign_products_and_absurd_quantities_are_refused(instance: Instance, offer_id: int, person: Person) -> None:
    with instance.working() as unit:
        foreign, _honey = products_of(unit, an_open_offer(unit))
        for choice in ({str(foreign): 1}, {"999999": 1}, {}):
            with pytest.raises(Refused):
                subscribing.save_draft(unit, offer_id, person.household_id or 0, choice)
        assert rows(unit, Contract) == 0
    for quantity in (-1, 100, 1_000_000_000):
        with pytest.raises(ValidationError):
            Choice(quantities={1: quantity})


def test_only_the_proposed_payments_may_be_chosen(instance: Instance, offer_id: int, person: Person) -> None:
    with instance.working() as unit:
        draft = a_draft(unit, offer_id, person)
        for plan, method in (("2", "cheque"), ("0", "cheque"), ("3", "cash"), ("3", "")):
            with pytest.raises(Refused):
                subscribing.choose_payment(unit, draft.id, plan, method)


def test_a_household_that_left_cannot_subscribe(instance: Instance, offer_id: int, person: Person) -> None:
    with instance.working() as unit:
        home = person.household_id or 0
        unit.get(Household, home).archived_at = datetime.now(UTC)
        unit.session.flush()
        with pytest.raises(Refused, match="quitté"):
            a_draft(unit, offer_id, person)


def test_choosing_again_changes_the_draft_not_a_second_one(instance: Instance, offer_id: int, person: Person) -> None:
    with instance.working() as unit:
        first = a_draft(unit, offer_id, person, 1)
        second = a_draft(unit, offer_id, person, 3)
        assert first.id == second.id
        assert second.total_cents == 4 * 3 * 1_250


def test_a_free_contract_asks_for_no_payment(instance: Instance, person: Person) -> None:
    with instance.working() as unit:
        garden = a_garden(unit)
        offer_id = an_open_offer(unit, garden=garden)
        free = unit.add(Product(farm_id=garden.farm_id, name="Aromates", price_cents=0))
        paid = OfferProductData(product_id=garden.basket_id, price_cents=1_250)
        offer_parts.set_products(unit, offer_id, [paid, OfferProductData(product_id=free.id, price_cents=0)])
        found = a_signed_contract(unit, offer_id, person, 0, 1)
        assert (found.total_cents, contracts.contract(unit, found.id).instalments) == (0, [])


def test_a_contract_of_one_date_names_it_once(instance: Instance, person: Person) -> None:
    with instance.working() as unit:
        single = an_open_offer(unit, days=[unit.today + timedelta(days=7)])
        text = subscribing.reading(unit, a_draft(unit, single, person).id).text
    assert "La ferme fait une livraison, le " in text
