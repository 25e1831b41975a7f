"""No network while checks run, but for this machine itself."""

import ipaddress
import socket
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any


class Closed(ConnectionRefusedError):
    """The kit let nothing out."""


@dataclass(frozen=True)
class Call:
    """Somebody wanted to reach a machine: from which line, if it was in the folder."""

    host: str
    file: Path | None
    line: int


@contextmanager
def closed(folder: Path) -> Iterator[list[Call]]:
    """Refuse every connection that leaves this machine; the list fills with what was wanted, as lines of the folder."""
    calls: list[Call] = []

    def refuse(host: object) -> None:
        if not _is_here(host):
            steps = [step for step in traceback.extract_stack() if Path(step.filename).is_relative_to(folder)]
            last = steps[-1] if steps else None
            calls.append(Call(str(host), Path(last.filename) if last else None, (last and last.lineno) or 0))
            raise Closed(f"no network while checks run: {host}")

    with _patched(refuse):
        yield calls


def _is_here(host: object) -> bool:
    if isinstance(host, bytes):
        host = host.decode()
    if host in {None, "", "localhost"}:
        return True
    try:
        return ipaddress.ip_address(str(host)).is_loopback
    except ValueError:
        return False


@contextmanager
def _patched(refuse: Any) -> Iterator[None]:
    """`refuse` is asked before each look-up and connection of this process; a path of this machine is no host."""
    real = (socket.socket.connect, socket.socket.connect_ex, socket.getaddrinfo)

    def connect(self: socket.socket, address: Any) -> None:
        refuse(address[0] if isinstance(address, tuple) else None)
        real[0](self, address)

    def connect_ex(self: socket.socket, address: Any) -> int:
        refuse(address[0] if isinstance(address, tuple) else None)
        return real[1](self, address)

    def getaddrinfo(host: Any, *rest: Any, **more: Any) -> Any:
        refuse(host)
        return real[2](host, *rest, **more)

    _put(connect, connect_ex, getaddrinfo)
    try:
        yield
    finally:
        _put(*real)


def _put(connect: Any, connect_ex: Any, getaddrinfo: Any) -> None:
    socket.socket.connect = connect  # type: ignore[method-assign]
    socket.socket.connect_ex = connect_ex  # type: ignore[method-assign]
    socket.getaddrinfo = getaddrinfo
