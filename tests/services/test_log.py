"""The log: who reads what of it, and a household's history."""

import pytest

from courtil.domain.access import Actor, Grant
from courtil.domain.events import ContractCountersigned, Event, PaymentRecorded
from courtil.domain.states import ContractState
from courtil.plugin.registry import Registry
from courtil.services import log, people, signin
from courtil.services.instance import Instance
from courtil.services.people import HouseholdData, PersonData
from courtil.services.unit import Unit
from courtil.store.contracts import Contract
from courtil.store.people import Household
from seeds import acting, bound, season_with_offer


@pytest.fixture
def registry() -> Registry:
    """No plugin, whatever `--company` says: what is counted here is the core's own."""
    return Registry.of(())


def home(unit: Unit, name: str = "Lantier") -> Household:
    return people.add_household(unit, HouseholdData(), [PersonData(last_name=name)])


def test_the_log_comes_latest_first_fifty_a_page(instance: Instance) -> None:
    with instance.working() as unit:
        for number in range(60):
            home(unit, f"Nom{number}")
    with instance.reading() as reader:
        first, second = log.entries(reader, kind="HouseholdAdded"), log.entries(reader, kind="HouseholdAdded", page=2)
        assert log.entries(reader).total == 61  # the settings of the fixture too
    assert (first.total, first.pages, len(first.entries), len(second.entries)) == (60, 2, 50, 10)
    assert first.entries[0].sentence == "Le foyer Nom59 a été ajouté."
    assert second.entries[-1].sentence == "Le foyer Nom0 a été ajouté."


def test_the_log_of_one_subject_and_kind(instance: Instance) -> None:
    with instance.working() as unit:
        one, _two = home(unit), home(unit, "Macquart")
        people.leave(unit, one.id)
    with instance.reading() as reader:
        told = [entry.kind for entry in log.entries(reader, subject=f"household:{one.id}").entries]
        assert log.entries(reader, subject="' OR 1=1 --").total == 0
        assert log.kinds(reader) == ["HouseholdAdded", "HouseholdLeft", "SettingsChanged"]
    assert told == ["HouseholdLeft", "HouseholdAdded"]


def payment(contract: Contract) -> Event:
    return PaymentRecorded(
        contract_id=contract.id, payment_id=1, household_id=contract.household_id, household="Lantier", offer="Pain",
        cents=3000, amount="30,00 €", method="cheque", what="noté",
    )  # fmt: skip


def signature(contract: Contract) -> Event:
    return ContractCountersigned(contract_id=contract.id, household="Lantier", offer="Pain")


def for_farm(actor: Actor, *grants: tuple[str, int]) -> Actor:
    return Actor(actor.person_id, actor.name, None, actor.grants | {Grant(*grant) for grant in grants})


@pytest.mark.parametrize(
    ("rights", "seen"),
    [
        ([], []),
        (["contracts.read"], ["ContractCountersigned"]),
        (["payments.read"], ["PaymentRecorded"]),
        (["contracts.read", "payments.read"], ["PaymentRecorded", "ContractCountersigned"]),
    ],
)
def test_a_history_shows_contracts_and_payments_of_the_farms_one_may_see(
    instance: Instance, rights: list[str], seen: list[str]
) -> None:
    with instance.working() as unit:
        made = home(unit)
        for name in ("Pain", "Miel"):
            offer = season_with_offer(unit, name=name, farm=name)
            contract = bound(unit, offer, made, ContractState.ACTIVE)
            unit.record(signature(contract))
            unit.record(payment(contract))
    actor = acting(instance, "people.read")
    with instance.reading(for_farm(actor, *((right, offer.farm_id) for right in rights))) as reader:
        kinds = [entry.kind for entry in log.history(reader, people.household(reader, made.id))]
    assert kinds == [*seen, "HouseholdAdded"]


def test_a_history_does_not_tell_when_somebody_signed_in(instance: Instance) -> None:
    with instance.working() as unit:
        made = home(unit)
        person = people.household(unit, made.id).persons[0]
        signin.start_session(unit, person)
    with instance.reading() as reader:
        assert [e.kind for e in log.history(reader, people.household(reader, made.id))] == ["HouseholdAdded"]
