"""An AMAP with the plugin of contracts switched on."""

import pytest

from courtil.plugin.registry import Registry
from courtil.services import plugins, settings
from courtil.services.instance import Instance
from courtil_contracts import plugin
from courtil_contracts.settings import Settings


@pytest.fixture
def registry() -> Registry:
    """The plugin of contracts, and no other."""
    return Registry.of([plugin])


@pytest.fixture
def with_contracts(instance: Instance) -> Instance:
    """The plugin is on; offers open without the farm's approval, which has tests of its own (`asking_farms`)."""
    plugins.switch_on(instance, "contracts")
    choose(instance, asks_farm=False)
    instance.run_jobs()
    return instance


@pytest.fixture
def asking_farms(with_contracts: Instance) -> Instance:
    """The plugin is on as an AMAP finds it: the farm approves each offer before it opens."""
    choose(with_contracts)
    return with_contracts


def choose(instance: Instance, **choices: object) -> None:
    """Set the plugin's settings; what is not said is as an AMAP finds it."""
    with instance.working() as unit:
        settings.write(unit, "contracts", Settings.model_validate(choices))


@pytest.fixture(autouse=True)
def patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """On a busy machine drawing may take its time: only the tests of drawing itself look at it."""
    monkeypatch.setattr("courtil.plugin.hooks.TOO_SLOW", 60.0)
    monkeypatch.setattr("courtil.web.pages.HANGS", 60.0)
