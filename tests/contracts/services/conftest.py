"""Use cases are tested on both databases."""

from collections.abc import Sequence

import pytest

from contracts.changing import NewSeason, Season, Sent, a_changeable_offer, a_contract, deliveries_of
from contracts.prepared import postgresql_template, sqlite_template
from courtil.services import mail
from courtil.services.instance import Instance
from courtil.testing.amap import mails
from courtil.testing.clock import Clock

__all__ = ["postgresql_template", "sqlite_template"]


@pytest.fixture(autouse=True)
def everywhere(both_databases: None) -> None:
    """Every test of this folder that uses a database runs on SQLite and on PostgreSQL."""


@pytest.fixture
def sent() -> Sent:
    """Every mail so far but for signatures, as `address: subject`, once the jobs that are due have run."""

    def read(instance: Instance) -> list[str]:
        instance.run_jobs((mail.job(instance.config),))
        subjects = [(one["To"].addresses[0].addr_spec, one["Subject"]) for one in mails(instance)]
        told = [f"{to}: {subject.split('] ', 1)[1]}" for to, subject in subjects]
        return [one for one in told if "Votre contrat" not in one]

    return read


@pytest.fixture
def new_season(with_contracts: Instance, clock: Clock) -> NewSeason:
    def made(
        *kinds: str, baskets: int = 1, stock: int | None = None, points: Sequence[int] = (), **bounds: object
    ) -> Season:
        with with_contracts.working() as unit:
            offer_id = a_changeable_offer(unit, *kinds, stock=stock, points=points, **bounds)
            mine, person = a_contract(unit, offer_id, "Lantier", baskets)
            theirs, other = a_contract(unit, offer_id, "Macquart", baskets)
            return Season(
                with_contracts, clock, offer_id, mine, person, theirs, other, deliveries_of(unit, mine)
            )  # fmt: skip

    return made


@pytest.fixture
def season(new_season: NewSeason) -> Season:
    return new_season()
