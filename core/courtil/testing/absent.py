"""What a test needs and this machine has not."""

import os
from typing import NoReturn

import pytest


def absent(what: str, error: Exception) -> NoReturn:
    """Skip the test; on CI it fails, since nobody would see that it never ran."""
    if os.environ.get("CI") == "true":
        raise error
    pytest.skip(f"no {what} here: {error}")
