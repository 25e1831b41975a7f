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
