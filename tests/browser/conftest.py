"""One served demonstration for all the journeys of a worker."""

from collections.abc import Iterator

import pytest

import courtil_recipes
from browser.living import Living, served


@pytest.fixture(scope="session")
def living(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Living]:
    """The demonstration, served with a plugin that takes part everywhere."""
    with served(tmp_path_factory.mktemp("demo"), on=(courtil_recipes.plugin,)) as found:
        yield found
