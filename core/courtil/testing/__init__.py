"""The kit for plugin authors: `pytest_plugins = ["courtil.testing"]` beside their tests gives its fixtures.

`checks` looks a plugin over, `factories` make rows, `browsing` drives Chromium. PYTEST_DONT_REWRITE: a test may import
one of them before pytest does.
"""

from courtil.plugin.registry import Registry
from courtil.testing.amap import Amap

__all__ = ["Amap", "Registry"]

pytest_plugins = ("courtil.testing.databases", "courtil.testing.fixtures")
