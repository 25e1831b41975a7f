"""Run as a script by `courtil dev`: serves in a child process, and serves anew when a watched file changes.

What is slow to import and never changes is imported here, once; the child is a fork of this process, so that a change
shows within a second. Nothing of Courtil may be imported here: the child imports it as it is at that moment.
"""

import contextlib
import importlib
import importlib.util
import json
import os
import signal
import socket
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

EVERY = 0.05
"""Seconds between two looks at the files."""
WATCHED = {".py", ".html", ".css", ".js", ".po", ".svg", ".typ"}
HEAVY = (
    "alembic.autogenerate", "alembic.command", "argon2", "babel.dates", "babel.messages.mofile",
    "babel.messages.pofile", "babel.support", "click", "concurrent.futures.thread", "email.headerregistry",
    "email_validator", "httptools", "jinja2.ext", "packaging.licenses", "packaging.requirements", "phonenumbers",
    "pluggy", "psycopg", "pydantic", "python_calamine", "smtplib", "sqlalchemy.dialects.postgresql",
    "sqlalchemy.dialects.sqlite", "sqlalchemy.orm", "starlette.formparsers", "starlette.routing",
    "starlette.staticfiles", "typst", "uvicorn.loops.auto", "uvicorn.protocols.http.auto", "xlsxwriter", "zxcvbn",
)  # fmt: skip


def seen(folders: list[Path]) -> dict[str, int]:
    """The watched files with the moment of their last change."""
    return {entry.path: entry.stat().st_mtime_ns for folder in folders for entry in _entries(folder)}


def _entries(folder: Path) -> Iterator["os.DirEntry[str]"]:
    with contextlib.suppress(FileNotFoundError), os.scandir(folder) as entries:
        for entry in entries:
            if entry.is_dir() and not entry.name.startswith((".", "__")):
                yield from _entries(Path(entry.path))
            elif entry.is_file() and Path(entry.name).suffix in WATCHED:
                yield entry


def child(listening: socket.socket, asked: dict[str, object]) -> int:
    """Fork a server over this socket; its process number."""
    number = os.fork()
    if number == 0:
        signal.signal(signal.SIGINT, signal.SIG_DFL)
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        importlib.invalidate_caches()
        developing = importlib.import_module("courtil.cli.developing")
        developing.serve_for_authors(listening, asked)
        os._exit(0)
    return number


def end(number: int) -> None:
    """Stop the child and wait for it."""
    with contextlib.suppress(ProcessLookupError):
        os.kill(number, signal.SIGKILL)
    with contextlib.suppress(ChildProcessError):
        os.waitpid(number, 0)


def forget(changed: list[Path]) -> None:
    """Drop what was compiled of these files: two changes within a second would look the same to the interpreter."""
    for path in changed:
        if path.suffix == ".py":
            Path(importlib.util.cache_from_source(str(path))).unlink(missing_ok=True)


def main(asked: dict[str, object]) -> None:
    """Serve until somebody stops this process."""
    for name in HEAVY:
        importlib.import_module(name)
    importlib.import_module("pydantic").create_model("First", number=(int, 0))  # pydantic loads most of itself now
    folders = [Path(str(one)) for one in asked["watched"]]  # type: ignore[attr-defined]
    listening = socket.create_server((str(asked["host"]), int(str(asked["port"]))), reuse_port=False)
    before, number = seen(folders), child(listening, asked)
    try:
        while True:
            time.sleep(EVERY)
            now = seen(folders)
            if now != before:
                changed = [Path(path) for path in now if now[path] != before.get(path)]
                print(f"changed: {', '.join(path.name for path in changed[:5]) or 'a file is gone'}", flush=True)
                end(number)
                forget(changed)
                before, number = now, child(listening, asked)
    except KeyboardInterrupt:
        pass
    finally:
        end(number)


if __name__ == "__main__":
    sys.path.pop(0)  # the folder of this file: its neighbours are no top-level modules
    sys.dont_write_bytecode = False  # what did not change is not compiled again
    sys.pycache_prefix = str(Path(tempfile.gettempdir()) / f"courtil-dev-{os.getuid()}")
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    main(json.loads(sys.argv[1]))
