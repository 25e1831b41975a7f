"""Slots: where plugins draw, in whose name, and what a slow or broken one costs."""

import re
import time

import pytest
from sqlalchemy import select
from starlette.testclient import TestClient

from conftest import World
from courtil.plugin.health import PAUSE, Health
from courtil.plugin.payloads import Fragment, View
from courtil.services.instance import Instance
from courtil.store.people import Household
from courtil.web import threads
from courtil_recipes import trouble as stumbling


@pytest.fixture
def boss(with_recipes: Instance, world: World) -> TestClient:
    return world.client("administrator", name="Ada Blanchot")


def drawing(monkeypatch: pytest.MonkeyPatch, *fragments: Fragment) -> None:
    """From now on the plugin draws these on top of every page."""
    monkeypatch.setattr(stumbling, "DRAWN", list(fragments))


def test_a_fragment_carries_its_own_target(boss: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    drawing(monkeypatch, Fragment(text="Un mot <b>simple</b>"), Fragment(text="Deux"))
    page = boss.get("/mon-compte").text
    assert '<div class="fragment" id="x-recipes-layout-top"><p>Un mot &lt;b&gt;simple&lt;/b&gt;</p></div>' in page
    assert '<div class="fragment" id="x-recipes-layout-top-2"><p>Deux</p></div>' in page


def test_a_lazy_fragment_is_a_link_that_fetches_itself(boss: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    drawing(monkeypatch, Fragment(lazy="/x/recipes/liste", text="Les recettes"))
    page = boss.get("/mon-compte").text
    assert 'hx-get="/x/recipes/liste" hx-trigger="load" hx-target="#x-recipes-layout-top"' in page
    assert '<a href="/x/recipes/liste">Les recettes</a>' in page


def test_a_template_of_somebody_else_is_not_drawn(boss: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    drawing(monkeypatch, Fragment(template="settings/settings.html"))
    answer = boss.get("/mon-compte")
    assert answer.status_code == 200
    assert "Ce bloc du greffon « Recettes » est indisponible." in answer.text


def test_administrators_may_see_who_drew_what(boss: TestClient, world: World) -> None:
    framed = boss.get("/mon-compte?_blocs=1").text
    assert '<p class="frame-name">Recettes · layout.top</p>' in framed
    assert "frame-name" not in boss.get("/mon-compte").text
    assert "frame-name" not in world.client("member", name="Zoé L").get("/mon-compte?_blocs=1").text


def test_a_plugin_that_hangs_is_left_out_of_the_page_and_of_those_that_follow(
    boss: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    released, pool = stumbling.HANG, threads.POOL
    released.clear()
    monkeypatch.setattr(stumbling, "HANGS", True)
    started = time.monotonic()
    try:
        answer = boss.get("/mon-compte")
        assert time.monotonic() - started < stumbling.LONGEST  # it did not wait for the plugin
        assert answer.status_code == 200
        assert "indisponible" in answer.text
        assert "indisponible" in boss.get("/mon-compte").text
    finally:
        released.set()
        pool.shutdown()  # its thread ends, with its connection


def test_a_plugin_is_set_aside_when_it_draws_slowly_again_and_again_and_not_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    now, health = [0.0], Health()
    monkeypatch.setattr("courtil.plugin.health.time.monotonic", lambda: now[0])
    for moment in (0.0, PAUSE, PAUSE + 1):
        now[0] = moment
        health.drew_slowly("recipes")
        assert not health.is_aside("recipes")
    health.drew_slowly("recipes")
    assert health.is_aside("recipes")
    now[0] += PAUSE
    assert not health.is_aside("recipes")


def test_what_a_drawing_broke_in_the_session_is_taken_back(with_recipes: Instance, trouble: set[str]) -> None:
    trouble.add("bad_query")
    with with_recipes.reading() as reader:
        [drawn] = reader.hooks.draw("layout.top", View(reader=reader))
        assert drawn.failed
        assert reader.all(select(Household)) == []


def test_a_drawing_within_another_gives_the_page_back_to_the_outer_one(with_recipes: Instance) -> None:
    with with_recipes.reading() as reader, reader.hooks.drawing("recipes", reader):
        outer = reader.drawing
        with reader.hooks.drawing("recipes", reader):
            pass
        assert reader.drawing is outer is not None
    assert reader.drawing is None


def test_errors_and_durations_are_counted_without_their_words(
    with_recipes: Instance, boss: TestClient, trouble: set[str]
) -> None:
    trouble.add("fragments")
    boss.get("/mon-compte")
    measure = with_recipes.sets.registry.health.of("recipes")["fragments"]
    assert measure.errors >= 1
    assert re.fullmatch(r"Broken, courtil_recipes/trouble.py, line \d+|Broken, \S+, line \d+", measure.last_error)
    assert measure.p95 > 0


def test_who_is_not_signed_in_is_told_nothing_of_plugins(
    world: World, with_recipes: Instance, trouble: set[str]
) -> None:
    trouble.add("fragments")
    text = world.visitor().get("/").text
    assert "indisponible" not in text
