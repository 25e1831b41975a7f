"""Sections that plugins add to forms: filled in with them, refused with them, shown where they belong."""

import pytest
from sqlalchemy import select
from starlette.testclient import TestClient

from conftest import World
from courtil.plugin.registry import Registry
from courtil.services import plugins
from courtil.services.instance import Instance
from courtil.store.deliveries import Delivery
from courtil.store.extensions import ExtensionValue
from courtil.store.people import Household
from courtil.testing.factories import a_household, an_offer
from courtil_recipes import plugin

DISH, PORTIONS = "recipes.values.dish", "recipes.values.portions"


@pytest.fixture
def registry() -> Registry:
    return Registry.of([plugin])


@pytest.fixture
def boss(world: World) -> TestClient:
    plugins.switch_on(world.instance, "recipes")
    return world.client("administrator", name="Ada Blanchot")


@pytest.fixture
def home_id(instance: Instance) -> int:
    with instance.working() as unit:
        return a_household(unit).id


def values(instance: Instance) -> list[dict[str, object]]:
    with instance.reading() as reader:
        return [row.value for row in reader.all(select(ExtensionValue))]


def test_a_section_is_sent_and_kept_with_the_form(boss: TestClient, instance: Instance, home_id: int) -> None:
    form = boss.get(f"/foyers/{home_id}/modifier").text
    assert "<legend>Goûts</legend>" in form
    assert f'name="{DISH}"' in form
    sent = {"version": "1", "recipes.values.version": "0", DISH: "Gratin", PORTIONS: "4", "city": "Lyon"}
    assert boss.post(f"/foyers/{home_id}/modifier", data=sent).status_code == 303
    assert values(instance) == [{"dish": "Gratin", "portions": 4}]
    page = boss.get(f"/foyers/{home_id}").text
    assert "<dt>Plat préféré</dt><dd>Gratin</dd>" in page
    assert 'value="Gratin"' in boss.get(f"/foyers/{home_id}/modifier").text


def test_a_mistake_in_a_section_keeps_everything_typed_and_writes_nothing(
    boss: TestClient, instance: Instance, home_id: int
) -> None:
    sent = {"version": "1", "recipes.values.version": "0", DISH: "Gratin", PORTIONS: "200", "city": "Lyon"}
    answer = boss.post(f"/foyers/{home_id}/modifier", data=sent)
    assert answer.status_code == 422
    assert '<a href="#recipes-values-portions">Le plus grand nombre possible est 20.</a>' in answer.text
    assert 'value="Gratin"' in answer.text
    assert values(instance) == []
    with instance.reading() as reader:
        assert reader.get(Household, home_id).city == ""


def test_somebody_was_faster_on_the_section(boss: TestClient, instance: Instance, home_id: int) -> None:
    sent = {"version": "1", "recipes.values.version": "0", DISH: "Gratin", PORTIONS: "4"}
    boss.post(f"/foyers/{home_id}/modifier", data=sent)
    answer = boss.post(f"/foyers/{home_id}/modifier", data={**sent, DISH: "Soupe"})
    assert answer.status_code == 422
    assert "entre-temps" in answer.text
    assert values(instance) == [{"dish": "Gratin", "portions": 4}]


def test_a_delivery_has_a_page_for_its_sections(boss: TestClient, instance: Instance) -> None:
    with instance.working() as unit:
        an_offer(unit)
        delivery = unit.all(select(Delivery).order_by(Delivery.id).limit(1))[0]
    evening, path = f"/distributions/{delivery.distribution_id}", f"/complements/delivery/{delivery.id}"
    assert f'href="{path}"' in boss.get(evening).text
    assert boss.post(path, data={"recipes.values.word": "Pour quatre"}).status_code == 303
    assert "<dt>Mot de la recette</dt><dd>Pour quatre</dd>" in boss.get(evening).text


def test_what_is_not_hers_to_complete_is_404(boss: TestClient, world: World, instance: Instance) -> None:
    with instance.working() as unit:
        an_offer(unit)
        delivery = unit.all(select(Delivery).limit(1))[0]
    member = world.client("member", name="Zoé L")
    for path in (f"/complements/delivery/{delivery.id}", "/complements/delivery/99999", "/complements/person/1"):
        assert member.get(path).status_code == 404
        assert member.post(path, data={}).status_code == 404
    assert boss.get("/complements/contract/99999").status_code == 404


def test_without_the_plugin_there_is_no_trace_of_it(world: World, home_id: int) -> None:
    boss = world.client("administrator", name="Ada Blanchot")
    assert "form-section" not in boss.get(f"/foyers/{home_id}/modifier").text
    assert boss.post(f"/foyers/{home_id}/modifier", data={"version": "1", DISH: "Gratin"}).status_code == 303
    assert values(world.instance) == []
