"""What the kit gives an author: two AMAPs, browsers by role, the time, the mail, a real server."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from email.message import EmailMessage

import pytest
from playwright.sync_api import Browser
from sqlalchemy import func, select

from courtil.domain.access import ROLES
from courtil.domain.problems import NotFound
from courtil.plugin.registry import Registry
from courtil.services import mail
from courtil.store.contracts import Contract
from courtil.store.operations import LogEntry
from courtil.testing.amap import Amap
from courtil.testing.browsing import axe_violations, listen, opened
from courtil.testing.clock import Clock
from courtil.testing.serving import Served
from courtil_recipes import plugin


@pytest.fixture
def registry() -> Registry:
    return Registry.of([plugin])


def test_a_plugin_is_on_in_the_first_amap_and_off_in_the_other(amap: Amap, other_amap: Amap) -> None:
    assert amap.visitor().get("/x/recipes/liste").status_code == 200
    assert other_amap.visitor().get("/x/recipes/liste").status_code == 404


def test_the_two_amaps_share_nothing(amap: Amap, other_amap: Amap) -> None:
    with amap.working() as unit:
        unit.get(Contract, amap.contract.id).total_cents = 1
    with other_amap.reading() as reader:
        assert reader.get(Contract, other_amap.contract.id).total_cents > 1
    assert "AMAP des Vergers" not in amap.visitor().get("/").text


@pytest.mark.parametrize("role", [role.code for role in ROLES])
def test_every_role_has_a_browser(amap: Amap, role: str) -> None:
    assert amap.client(role).get("/mon-compte").status_code == 200


def test_each_role_opens_what_is_its_own(amap: Amap) -> None:
    assert amap.client("treasurer").get("/paiements").status_code == 200
    assert amap.client("member").get("/paiements").status_code == 403
    assert amap.client("farmer").get("/ferme").status_code == 200
    assert amap.visitor().get("/paiements").status_code == 303


def test_an_unknown_role_is_refused(amap: Amap) -> None:
    with pytest.raises(NotFound):
        amap.client("nobody")


def test_the_contract_is_in_the_household_s_pages(amap: Amap) -> None:
    assert amap.offer.name in amap.client("member").get("/mes-contrats").text


@pytest.mark.usefixtures("both_databases")
def test_both_databases_are_there_for_the_asking(amap: Amap, other_amap: Amap, database_kind: str) -> None:
    assert amap.instance.database.is_sqlite is (database_kind == "sqlite")
    with other_amap.reading() as reader:
        assert reader.one(select(func.count()).select_from(Contract)) == 1


def test_the_clock_stands_where_it_was_set_and_moves_when_told(amap: Amap, clock: Clock) -> None:
    clock.set(date(2026, 9, 3))
    with amap.working() as unit:
        assert unit.now == datetime(2026, 9, 3, 10, tzinfo=UTC)
    clock.forward(days=2, hours=13)
    with amap.reading() as reader:
        assert reader.today == date(2026, 9, 6)


def test_pages_and_jobs_follow_the_clock(amap: Amap, clock: Clock, run_jobs: Callable[..., int]) -> None:
    clock.set(datetime(2026, 9, 3, 18))
    with amap.working() as unit:
        mail.ask(unit, "zoe@exemple.fr", "Zoé", "Demain", "Bonjour", run_at=datetime(2026, 9, 4, tzinfo=UTC))
    assert run_jobs() == 0
    clock.forward(days=1)
    assert run_jobs() == 1
    amap.client("member")
    with amap.reading() as reader:
        latest = reader.all(select(LogEntry.at).order_by(LogEntry.id.desc()).limit(1))
    assert latest == [datetime(2026, 9, 4, 16, tzinfo=UTC)]


def test_a_session_ends_when_time_passes(amap: Amap, clock: Clock) -> None:
    client = amap.client("member")
    clock.forward(days=31)
    assert client.get("/mon-compte").status_code == 303


def test_daily_jobs_run_when_asked_for(amap: Amap, run_jobs: Callable[..., int]) -> None:
    run_jobs()
    assert run_jobs() == 0
    assert run_jobs(daily=True) > 0


def test_the_outbox_gives_mails_in_their_order(amap: Amap, outbox: Callable[[], list[EmailMessage]]) -> None:
    assert outbox() == []
    with amap.working() as unit:
        for subject in ("Première", "Deuxième"):
            mail.ask(unit, "zoe@exemple.fr", "Zoé Lantier", subject, "Bonjour Zoé,\n")
    assert [one["Subject"] for one in outbox()] == ["[AMAP des Tilleuls] Première", "[AMAP des Tilleuls] Deuxième"]
    assert outbox()[0]["To"] == "Zoé Lantier <zoe@exemple.fr>"
    assert outbox()[0].get_content() == "Bonjour Zoé,\n"


def test_a_real_server_answers_a_real_browser(browser: Browser, served: Served) -> None:
    with opened(browser) as page:
        heard = listen(page)
        served.enter(page, "treasurer")
        page.goto(f"{served.url}/paiements")
        assert page.locator("h1").inner_text() == "Paiements"
        assert axe_violations(page) == []
        served.enter(page, "")
        page.goto(f"{served.url}/paiements")
        assert "/connexion" in page.url
        assert heard == []
