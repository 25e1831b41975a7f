"""An AMAP with the plugin of contracts switched on."""

import pytest

from courtil.plugin.registry import Registry
from courtil.services import plugins
from courtil.services.instance import Instance
from courtil_contracts import plugin


@pytest.fixture
def registry() -> Registry:
    """The plugin of contracts, and no other."""
    return Registry.of([plugin])


@pytest.fixture
def with_contracts(instance: Instance) -> Instance:
    """The plugin is on."""
    plugins.switch_on(instance, "contracts")
    instance.run_jobs()
    return instance


@pytest.fixture(autouse=True)
def patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """On a busy machine drawing may take its time: only the tests of drawing itself look at it."""
    for module in ("courtil.plugin.hooks", "courtil.web.pages"):
        monkeypatch.setattr(f"{module}.TOO_SLOW", 60.0)
