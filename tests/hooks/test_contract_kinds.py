"""A kind of contract that a plugin brings: chosen, paid by its own plan, signed, renewed; without it, told so."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select
from starlette.testclient import TestClient

from conftest import World
from courtil.domain.problems import Refused
from courtil.domain.states import ContractState, OfferState
from courtil.services import contract_text, contracts, offer_life, offers, payments, plugins, subscribing
from courtil.services.instance import Instance
from courtil.store.calendar import Season
from courtil.store.contracts import Contract
from courtil.store.people import Person
from courtil_recipes.kinds import RENEWED
from courtil_recipes.trouble import Broken
from subscriptions import a_draft, a_garden, a_person, an_open_offer


@pytest.fixture
def offer_id(with_recipes: Instance) -> int:
    """Four weeks of surprises: a basket at 12,50 € and honey at 7 € each time."""
    with with_recipes.working() as unit:
        return an_open_offer(unit, kind="recipes.surprise")


@pytest.fixture
def person(with_recipes: Instance) -> Person:
    with with_recipes.working() as unit:
        return a_person(unit, "Lantier")


def test_a_choice_makes_lines_charges_and_clauses(with_recipes: Instance, offer_id: int, person: Person) -> None:
    with with_recipes.reading() as reader:
        asked = subscribing.quote(reader, offer_id, {"surprises": 2}, person.household_id or 0)
    assert len(asked.lines) == 8
    assert [(charge.label, charge.cents) for charge in asked.charges] == [("Livre de recettes", 500)]
    assert asked.total == 4 * 2 * (1_250 + 700) + 500
    assert asked.clauses == ("Le contenu est une surprise.",)
    assert asked.problems == ()


def test_signed_the_charges_are_owed_and_the_text_tells_them(
    with_recipes: Instance, offer_id: int, person: Person
) -> None:
    with with_recipes.working() as unit:
        draft = subscribing.save_draft(unit, offer_id, person.household_id or 0, {"surprises": 1})
        read = subscribing.reading(unit, draft.id)
        assert [plan.key for plan in read.plans] == ["comptant"]
        signed = subscribing.sign(unit, draft.id, read.quote.total, read.text_hash, person)
    with with_recipes.reading() as reader:
        found = contracts.contract(reader, signed.id)
        assert contracts.worth(found) == found.total_cents == 8_300
        assert [(one.cents, one.payee) for one in found.instalments] == [(8_300, "")]
        sections = dict(contract_text.parts(found.text)[1])
        assert "Livre de recettes : 5,00 €." in sections["Article 4 – Les produits et le prix"]
        assert sections["Article 7 – Les clauses de ce contrat"] == ["Le contenu est une surprise."]
        assert payments.schedule(reader, signed.id).owed == 8_300
        assert payments.agreement(reader) == []


def test_cancelling_takes_the_charges_back_as_well(with_recipes: Instance, offer_id: int, person: Person) -> None:
    with with_recipes.working() as unit:
        draft = subscribing.save_draft(unit, offer_id, person.household_id or 0, {"surprises": 1})
        read = subscribing.reading(unit, draft.id)
        subscribing.sign(unit, draft.id, read.quote.total, read.text_hash, person)
    with with_recipes.working() as unit:
        contracts.cancel(unit, draft.id)
    with with_recipes.reading() as reader:
        assert payments.agreement(reader) == []


def test_an_offer_cannot_open_while_its_kind_lacks_something(with_recipes: Instance) -> None:
    with with_recipes.working() as unit:
        made = offers.create(unit, a_garden(unit).data(kind="recipes.surprise"))
        with pytest.raises(Refused) as refused:
            offer_life.move(unit, made.id, OfferState.OPEN)
    assert [problem.message for problem in refused.value.problems] == ["Ajoutez une date."]


def test_a_plugin_holds_back_the_opening_of_any_offer_with_a_reason(with_recipes: Instance, world: World) -> None:
    with with_recipes.working() as unit:
        offer_id = an_open_offer(unit, name="Ronces", opened=False)
        with pytest.raises(Refused, match="recette de ronces"):
            offer_life.move(unit, offer_id, OfferState.OPEN)
    assert "Écrivez d’abord une recette de ronces." in world.client("administrator").get(f"/contrats/{offer_id}").text


def test_a_reason_that_cannot_be_told_opens_nothing(with_recipes: Instance, trouble: set[str]) -> None:
    with with_recipes.working() as unit:
        offer_id = an_open_offer(unit, opened=False)
    trouble.add("opening_problems")
    with pytest.raises(Broken), with_recipes.working() as unit:
        offer_life.move(unit, offer_id, OfferState.OPEN)


def test_a_renewed_offer_keeps_its_kind_and_its_terms(with_recipes: Instance, offer_id: int) -> None:
    with with_recipes.working() as unit:
        season = unit.add(Season(name="Suivante", starts_on=date(2028, 1, 1), ends_on=date(2028, 12, 31)))
        made = offers.copy(unit, offer_id, season.id, timedelta(weeks=52))
    assert made.kind == "recipes.surprise"
    assert RENEWED[-1] == (offer_id, made.id)


def test_a_kind_that_nobody_declares_is_refused(with_recipes: Instance) -> None:
    with with_recipes.working() as unit, pytest.raises(Refused) as refused:
        offers.create(unit, a_garden(unit).data(kind="recipes.lottery"))
    assert refused.value.problems[0].field == "kind"


def test_the_kind_stays_once_somebody_has_chosen(with_recipes: Instance, person: Person) -> None:
    with with_recipes.working() as unit:
        garden = a_garden(unit)
        offer_id = an_open_offer(unit, garden=garden)
        a_draft(unit, offer_id, person)
        with pytest.raises(Refused) as refused:
            offers.change(unit, offer_id, garden.data(kind="recipes.surprise"))
    assert refused.value.problems[0].field == "kind"


def test_its_fields_are_drawn_and_read_in_the_form_of_the_first_step(
    with_recipes: Instance, offer_id: int, world: World
) -> None:
    member: TestClient = world.client("member")
    assert "Surprises à chaque livraison" in member.get(f"/contrats/{offer_id}/souscrire").text
    wrong = member.post(f"/contrats/{offer_id}/souscrire", data={"surprises": "plein", "action": "next"})
    assert (wrong.status_code, "Écrivez un nombre de surprises." in wrong.text) == (422, True)
    assert 'value="plein"' in wrong.text
    total = member.post(f"/contrats/{offer_id}/souscrire/total", data={"surprises": "1"})
    assert "83,00" in total.text
    chosen = member.post(f"/contrats/{offer_id}/souscrire", data={"surprises": "1", "action": "next"})
    pay = member.get(chosen.headers["location"]).text
    assert "1 fois : 83,00" in pay
    assert 'value="1"' in member.get(f"/contrats/{offer_id}/souscrire").text


def test_with_its_plugin_off_contracts_stay_and_nobody_signs(
    with_recipes: Instance, offer_id: int, person: Person, world: World
) -> None:
    with with_recipes.working() as unit:
        draft = subscribing.save_draft(unit, offer_id, person.household_id or 0, {"surprises": 1})
        read = subscribing.reading(unit, draft.id)
        subscribing.sign(unit, draft.id, read.quote.total, read.text_hash, person)
    plugins.switch_off(with_recipes, "recipes")
    page = world.client("member").get(f"/contrats/{offer_id}/souscrire")
    assert page.status_code == 200
    assert "qui est éteint" in page.text
    boss = world.client("administrator", name="Ada Blanchot")
    assert boss.get(f"/contrats/{offer_id}/modifier").status_code == 200
    assert boss.get(f"/contrat/{draft.id}").status_code == 200
    with with_recipes.reading() as reader:
        assert reader.one(select(Contract).where(Contract.id == draft.id)).state == ContractState.SIGNED_MEMBER
