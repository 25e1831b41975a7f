"""A plugin for each thing that can be wrong."""

from collections.abc import Mapping
from pathlib import Path

import pytest

from courtil.plugin.manifest import Plugin
from plugin_files import Write, plugin_of


@pytest.fixture
def write(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Write:
    """Writes a plugin of these files and facts."""

    def written(files: Mapping[str, str] | None = None, **facts: object) -> Plugin:
        return plugin_of(tmp_path, monkeypatch, files or {}, **facts)

    return written
