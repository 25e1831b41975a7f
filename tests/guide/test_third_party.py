"""Somebody's plugin, built and installed as a wheel, switched on in one of two AMAPs while both are asked for pages."""

import json
import os
import socket
import subprocess
import sys
import sysconfig
import threading
import time
import urllib.error
import urllib.request
import venv
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from guide.following import ROOT, follow

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]
ON, OFF = "tilleuls", "vergers"


@dataclass
class Fresh:
    """An environment with Courtil and the plugin as wheels, and a server with two AMAPs."""

    python: Path
    folder: Path
    port: int = 0
    answers: list[tuple[str, int]] = field(default_factory=list)

    def courtil(self, *words: str) -> str:
        """A command of the installed Courtil; what it printed."""
        asked = [str(self.python), "-m", "courtil", "--instances", str(self.folder / "instances.toml"), *words]
        done = subprocess.run(asked, cwd=self.folder, capture_output=True, text=True, check=False)
        assert done.returncode == 0, (words, done.stdout, done.stderr)
        return done.stdout

    def get(self, host: str, path: str) -> tuple[int, str]:
        """A page of one of the AMAPs."""
        asked = urllib.request.Request(f"http://127.0.0.1:{self.port}{path}", headers={"Host": f"{host}.test"})
        try:
            with urllib.request.urlopen(asked, timeout=20) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as error:
            return error.code, error.read().decode()


def built(folder: Path, into: Path) -> Path:
    """The wheel of a distribution."""
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(into)]
    subprocess.run(command, cwd=folder, check=True, capture_output=True)
    return max(into.glob("*.whl"), key=lambda path: path.stat().st_mtime)


@pytest.fixture(scope="module")
def fresh(tmp_path_factory: pytest.TempPathFactory) -> Fresh:
    """Both wheels installed in an environment of their own; libraries come from ours, Courtil and the plugin do not."""
    folder = tmp_path_factory.mktemp("fresh")
    wheels = [built(ROOT, folder / "dist"), built(follow(tmp_path_factory.mktemp("author")), folder / "dist")]
    venv.create(folder / "venv", with_pip=True)
    python = folder / "venv" / "bin" / "python"
    subprocess.run(
        [python, "-m", "pip", "install", "--quiet", "--no-index", "--no-deps", "--disable-pip-version-check", *wheels],
        check=True,
    )
    site = next((folder / "venv" / "lib").glob("python*/site-packages"))
    (site / "libraries.pth").write_text(sysconfig.get_path("purelib") + "\n")
    (folder / "instances.toml").write_text(
        "".join(f'[[instances]]\nname = "{name}"\nhosts = ["{name}.test"]\n' for name in (ON, OFF))
    )
    found = Fresh(python, folder)
    for name in (ON, OFF):
        found.courtil("instance", "create", "--instance", name, "--title", f"AMAP {name}")
    return found


@contextmanager
def serving(fresh: Fresh) -> Iterator[None]:
    """The installed server, on a free port."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        fresh.port = free.getsockname()[1]
    command = [fresh.python, "-m", "courtil", "--instances", fresh.folder / "instances.toml", "serve"]
    with subprocess.Popen([*command, "--port", str(fresh.port)], cwd=fresh.folder, stderr=subprocess.DEVNULL) as server:
        try:
            for _ in range(300):
                try:
                    if fresh.get(ON, "/")[0] == 200:
                        break
                except OSError:
                    time.sleep(0.1)
            yield
        finally:
            server.terminate()


@contextmanager
def asked_all_the_time(fresh: Fresh) -> Iterator[None]:
    """Both AMAPs answer visitors in two threads until the block ends; every status is kept."""
    stop = threading.Event()

    def ask(host: str) -> None:
        while not stop.is_set():
            fresh.answers.append((host, fresh.get(host, "/")[0]))

    threads = [threading.Thread(target=ask, args=(host,)) for host in (ON, OFF)]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        stop.set()
        for thread in threads:
            thread.join()


def test_a_wheel_is_switched_on_for_one_of_two_amaps_under_requests(fresh: Fresh) -> None:
    with serving(fresh):
        before = {host: fresh.get(host, "/")[1] for host in (ON, OFF)}
        assert fresh.get(ON, "/x/potager/liste")[0] == 404
        with asked_all_the_time(fresh):
            time.sleep(0.5)
            fresh.courtil("plugin", "enable", "potager", "--instance", ON)
            time.sleep(0.5)
        statuses = {status for _host, status in fresh.answers}
        assert statuses == {200}, statuses
        assert min(sum(one == host for one, _status in fresh.answers) for host in (ON, OFF)) > 5
        assert "/connexion" in fresh.get(ON, "/x/potager/liste")[1]  # the page is there, for who signs in
        assert fresh.get(OFF, "/x/potager/liste")[0] == 404
        assert fresh.get(OFF, "/")[1] == before[OFF]
        assert "Le potager" in fresh.get(ON, "/a-propos")[1]
        assert "Le potager" not in fresh.get(OFF, "/a-propos")[1]


def test_the_installed_plugin_is_known_by_its_distribution(fresh: Fresh) -> None:
    fresh.courtil("plugin", "enable", "potager", "--instance", ON)  # twice changes nothing
    told = fresh.courtil("plugin", "info", "potager")
    assert "0.1.0" in told
    assert "AGPL-3.0-or-later" in told
    assert f"on in      {ON}" in told


def test_it_adds_a_table_a_page_a_column_a_section_a_check_and_a_job(fresh: Fresh) -> None:
    fresh.courtil("plugin", "enable", "potager", "--instance", ON)
    script = """
import json, sys
from pathlib import Path
from courtil.config import read_config
from courtil.plugin.registry import Registry
from courtil.services.instance import Instance, PluginSets
from courtil.services import plugin_data
import courtil
config = read_config(Path(sys.argv[1]))
instance = Instance(config.instances[0], PluginSets(Registry.discover()))
said = instance.plugins().declared
print(json.dumps({
    "from": courtil.__file__,
    "tables": [one.name for one in plugin_data.counts(instance.database, "potager")],
    **{name: len(getattr(said, name)) for name in ("routes", "columns", "extensions", "checks", "jobs")},
}))
"""
    done = subprocess.run(
        [fresh.python, "-c", script, fresh.folder / "instances.toml"],
        capture_output=True, text=True, check=True, env=os.environ | {"PYTHONPATH": ""},
    )  # fmt: skip
    said = json.loads(done.stdout)
    assert said.pop("from").startswith(str(fresh.folder))
    assert said == {"tables": ["potager_note"], "routes": 3, "columns": 1, "extensions": 1, "checks": 1, "jobs": 1}
