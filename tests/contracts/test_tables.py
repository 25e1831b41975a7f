"""The tables of the plugin: what migrations make is what the code says, up and down."""

from courtil.testing.checks import PluginChecks
from courtil_contracts import plugin


class TestContracts(PluginChecks):
    plugin = plugin
