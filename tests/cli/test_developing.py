"""`courtil dev`: two AMAPs, the plugin in one of them, and a change that shows without a command."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

pytestmark = [pytest.mark.slow, pytest.mark.timeout(240)]
PLUGIN = '''"""In one file."""

from courtil.api import Fragment, Plugin, Slot, View, hook

plugin = Plugin(name="potager", package="potager", label="Le potager")


@hook
def fragments(slot: Slot, view: View) -> list[Fragment]:
    return [Fragment(text="courgettes")] if slot.name == "layout.top" else []
'''


@pytest.fixture
def port(tmp_path: Path) -> Iterator[int]:
    """Where a development server listens."""
    (tmp_path / "essais").mkdir()
    (tmp_path / "essais" / "potager.py").write_text(PLUGIN)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        found = int(free.getsockname()[1])
    command = [sys.executable, "-m", "courtil", "--plugins-dir", "essais", "dev", "potager", "--port", str(found)]
    with subprocess.Popen(
        command, cwd=tmp_path, start_new_session=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as server:
        try:
            yield found
        finally:
            os.killpg(server.pid, signal.SIGKILL)


def seen(host: str, port: int, words: str) -> bool:
    """Whether the door of the AMAP says these words at last; one that does not answer yet is asked again."""
    for _ in range(600):
        try:
            with urllib.request.urlopen(f"http://{host}:{port}/", timeout=20) as answer:
                if words in answer.read().decode():
                    return True
        except (OSError, urllib.error.HTTPError):
            pass
        time.sleep(0.1)
    return False


def test_a_change_shows_where_the_plugin_is_on(port: int, tmp_path: Path) -> None:
    assert seen("localhost", port, "courgettes")
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=20) as answer:
        assert "courgettes" not in answer.read().decode()
    (tmp_path / "essais" / "potager.py").write_text(PLUGIN.replace("courgettes", "artichauts"))
    assert seen("localhost", port, "artichauts")
