"""One Chromium and one served demonstration for all the journeys of a worker."""

import os
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Error

from browser.browsing import chromium
from browser.living import Living, served


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """A running Chromium; without one the test is skipped, on CI it fails."""
    try:
        running = chromium()
        found = running.__enter__()
    except Error as error:
        if os.environ.get("CI") == "true":
            raise
        pytest.skip(f"no Chromium here: {error}")
    yield found
    running.__exit__(None, None, None)


@pytest.fixture(scope="session")
def living(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Living]:
    """The demonstration, served."""
    with served(tmp_path_factory.mktemp("demo")) as found:
        yield found
