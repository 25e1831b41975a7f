"""The search page: what it finds, for whom, and that it bears any text."""

import pytest

from conftest import World
from courtil.domain.states import ContractState
from courtil.store.people import Household
from seeds import bound, season_with_offer


def test_the_coordination_finds_a_person_and_a_member_does_not(world: World) -> None:
    world.person("member", name="Ana Rougon")
    found = world.client("administrator").get("/chercher?q=rougon").text
    assert "Ana Rougon" in found
    assert "Ana Rougon" not in world.client("member").get("/chercher?q=rougon").text


def test_a_member_finds_her_contract(world: World) -> None:
    person, other = world.person("member"), world.person("member", name="Ana Rougon")
    with world.instance.working() as unit:
        offer = season_with_offer(unit, "Pain d’hiver")
        bound(unit, offer, unit.get(Household, person.household_id or 0), ContractState.ACTIVE)
    assert "Lantier · En cours" in world.client_of(person).get("/chercher?q=pain").text
    assert "Rien ne correspond" in world.client_of(other).get("/chercher?q=pain").text


def test_a_date_without_distribution_says_so(world: World) -> None:
    assert (
        "Aucune distribution pour vous le jeudi 26 novembre 2026"
        in world.client("member").get("/chercher?q=26/11/2026").text
    )


@pytest.mark.parametrize(
    "text", ["", "%", "\x00", "\u202e", "' OR 1=1 --", "<script>alert(1)</script>", "{{7*7}}", "x" * 5_000]
)
def test_any_text_gives_a_page(world: World, text: str) -> None:
    page = world.client("administrator").get("/chercher", params={"q": text})
    assert page.status_code == 200
    assert "<script>alert" not in page.text


@pytest.mark.usefixtures("both_databases")
def test_a_character_that_no_database_keeps_is_left_out(world: World) -> None:
    world.person("member", name="Ana Rougon")
    client = world.client("administrator", name="Ada Blanchot")
    for path in ("/chercher?q=Rou%00gon", "/personnes?q=Rou%00gon&segment=%00"):
        assert "Ana Rougon" in client.get(path).text
    assert client.get("/aide/%00").status_code == 404


def test_visitors_do_not_search(world: World) -> None:
    assert world.visitor().get("/chercher?q=rougon").status_code == 303
