"""Where the plugin stumbles when a test asks for it."""

import threading
from typing import Any

TROUBLE: set[str] = set()
SEEN: list[str] = []
DRAWN: list[Any] | None = None
"""What it draws instead of its own, on top of every page."""
HANGS = False
HANG = threading.Event()
LONGEST = 10.0


class Broken(RuntimeError):
    pass


def stumble(where: str) -> None:
    SEEN.append(where)
    if HANGS and where == "fragments":
        HANG.wait(LONGEST)
    if where in TROUBLE:
        raise Broken(where)
