"""The five kinds of hooks: when they run, what they may write, and what their failure does."""

from contextlib import closing
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import select
from starlette.testclient import TestClient

import courtil_recipes.hooks as recipes
from courtil.config import HostingConfig
from courtil.domain.contracts import Line
from courtil.domain.events import ContractSigned
from courtil.domain.problems import Refused
from courtil.plugin.payloads import Draft
from courtil.plugin.registry import Registry
from courtil.services import offers, plugins
from courtil.services.instance import Instance, PluginSets
from courtil.services.limits import stock_problems
from courtil.store.operations import Job, LogEntry
from courtil.web.hosting import Hosting
from courtil_recipes.tables import Recipe
from plugin_files import one_file_plugin
from subscriptions import an_open_offer


def draft(quantity: int) -> Draft:
    line = Line(offer_product_id=1, delivery_id=1, day=date(2026, 1, 1), quantity=quantity, unit_cents=900)
    return Draft(household_id=1, offer_id=1, farm_id=1, lines=(line,), total=900 * quantity)  # type: ignore[arg-type]


def rows(instance: Instance, query: object) -> list[object]:
    with instance.reading() as reader:
        return list(reader.all(query))  # type: ignore[arg-type]


def page(instance: Instance, config: HostingConfig, registry: Registry, path: str = "/") -> tuple[int, str]:
    with TestClient(Hosting(config, registry), base_url="https://testserver") as client:
        answer = client.get(path)
        return answer.status_code, answer.text


def test_deciding_gives_problems_and_writes_nothing(with_recipes: Instance) -> None:
    with with_recipes.reading() as reader:
        assert reader.hooks.subscription_problems(draft(1), reader) == []
        assert [p.message for p in reader.hooks.subscription_problems(draft(51), reader)] == ["Trop de courges."]


def test_a_plugin_bounds_baskets_wherever_they_are_asked_for(with_recipes: Instance) -> None:
    with with_recipes.working() as unit:
        offer = offers.offer(unit, an_open_offer(unit))
        [problem] = stock_problems(unit, offer, {(1, 1): 5_001})
        assert (problem.message, stock_problems(unit, offer, {(1, 1): 2}), stock_problems(unit, offer, {})) == (
            "Trop de soupe.", [], []
        )  # fmt: skip


def test_a_decision_that_raises_fails_the_request(with_recipes: Instance, trouble: set[str]) -> None:
    trouble.add("subscription_problems")
    with pytest.raises(recipes.Broken), with_recipes.reading() as reader:
        reader.hooks.subscription_problems(draft(1), reader)


def test_a_reaction_writes_in_the_same_transaction(with_recipes: Instance, signed: ContractSigned) -> None:
    with with_recipes.working() as unit:
        unit.record(signed)
    assert [recipe.title for recipe in rows(with_recipes, select(Recipe))] == ["Soupe"]
    assert "recipes.cook" in [job.kind for job in rows(with_recipes, select(Job).where(Job.done_at.is_(None)))]


@pytest.mark.parametrize(("where", "error"), [("contract_signed", recipes.Broken), ("refuse", Refused)])
def test_a_reaction_that_fails_takes_everything_back(
    with_recipes: Instance, signed: ContractSigned, trouble: set[str], where: str, error: type[Exception]
) -> None:
    before = len(rows(with_recipes, select(LogEntry))), len(rows(with_recipes, select(Job)))
    trouble.add(where)
    with pytest.raises(error), with_recipes.working() as unit:
        unit.record(signed)
    assert rows(with_recipes, select(Recipe)) == []
    assert (len(rows(with_recipes, select(LogEntry))), len(rows(with_recipes, select(Job)))) == before


def test_following_happens_after_the_commit_and_is_tried_again(
    with_recipes: Instance, signed: ContractSigned, trouble: set[str]
) -> None:
    trouble.add("after_event")
    with with_recipes.working() as unit:
        unit.record(signed)
    assert "after_event" not in recipes.SEEN
    with_recipes.run_jobs()
    [job] = [j for j in rows(with_recipes, select(Job).where(Job.done_at.is_(None))) if j.kind == "core.follow"]
    assert job.attempts == 1
    assert "Broken" in job.error
    assert job.run_at > job.leased_until if job.leased_until else True


def test_a_job_runs_in_a_unit_of_its_own(with_recipes: Instance, signed: ContractSigned) -> None:
    with with_recipes.working() as unit:
        unit.record(signed)
    with_recipes.run_jobs()
    assert sorted(recipe.title for recipe in rows(with_recipes, select(Recipe))) == ["Gratin", "Soupe"]


def test_a_fragment_is_drawn_and_escaped(
    with_recipes: Instance, hosting_config: HostingConfig, registry: Registry
) -> None:
    status, text = page(with_recipes, hosting_config, registry)
    assert status == 200
    assert "Une recette &lt;b&gt; par semaine" in text


@pytest.mark.parametrize("where", ["fragments", "bad_query", "template"])
def test_a_fragment_that_fails_is_left_out_of_a_page_that_stays(
    with_recipes: Instance, hosting_config: HostingConfig, registry: Registry, trouble: set[str], where: str
) -> None:
    trouble.add(where)
    status, text = page(with_recipes, hosting_config, registry)
    assert status == 200
    assert "Une recette" not in text
    assert "indisponible" not in text  # visitors are not told which plugin failed


def test_a_plugin_whose_declaration_raises_is_left_out(
    with_recipes: Instance, hosting_config: HostingConfig, registry: Registry, trouble: set[str]
) -> None:
    trouble.add("routes")
    assert page(with_recipes, hosting_config, registry)[0] == 200
    assert page(with_recipes, hosting_config, registry, "/x/recipes/liste")[0] == 404


def test_pages_of_a_plugin_come_and_go_without_a_restart(
    instance: Instance, hosting_config: HostingConfig, registry: Registry, trouble: set[str]
) -> None:
    with TestClient(Hosting(hosting_config, registry), base_url="https://testserver") as client:
        assert client.get("/x/recipes/liste").status_code == 404
        plugins.switch_on(instance, "recipes")
        assert client.get("/x/recipes/liste").status_code == 200
        plugins.switch_off(instance, "recipes")
        assert client.get("/x/recipes/liste").status_code == 404


SCRIBBLE = """
    from sqlalchemy import text
    from courtil.api import PUBLIC, PageRoute, Plugin, hook, page, render

    plugin = Plugin(name="NAME", package="NAME", label="Essai")

    @page("/ecrit", needs=PUBLIC)
    def NAME_write_on_get(request, reader):
        reader.session.execute(text("DELETE FROM core_season"))
        return render(request, "error.html")

    @hook
    def routes() -> list[PageRoute]:
        return [PageRoute(page=NAME_write_on_get)]
    """


def test_a_page_that_writes_on_get_fails_in_its_first_test(
    hosting_config: HostingConfig, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    scribble = one_file_plugin(tmp_path, monkeypatch, SCRIBBLE)
    registry = Registry.of([scribble])
    with closing(Instance(hosting_config.instances[0], PluginSets(registry))) as instance:
        plugins.switch_on(instance, scribble.name)
        assert page(instance, hosting_config, registry, f"/x/{scribble.name}/ecrit")[0] == 500


def test_switching_off_keeps_the_data(with_recipes: Instance, signed: ContractSigned) -> None:
    with with_recipes.working() as unit:
        unit.record(signed)
    plugins.switch_off(with_recipes, "recipes")
    assert [recipe.title for recipe in rows(with_recipes, select(Recipe))] == ["Soupe"]
    with with_recipes.working() as unit:
        unit.record(signed.model_copy(update={"id": "another"}))
    assert len(rows(with_recipes, select(Recipe))) == 1
