"""Use cases are tested on both databases."""

import pytest


@pytest.fixture(autouse=True)
def everywhere(both_databases: None) -> None:
    """Every test of this folder that uses a database runs on SQLite and on PostgreSQL."""
