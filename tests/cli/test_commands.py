"""The `courtil` command as a host uses it: instances, accounts, upgrades, the server and its stop."""

import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from courtil import __version__
from courtil.cli import main
from courtil.plugin.registry import Registry
from courtil.store.database import Database
from courtil.store.upgrade import downgrade
from courtil_recipes import plugin as recipes


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return tmp_path / "data"


def run(data: Path, *words: str, typed: str = "") -> Result:
    return CliRunner().invoke(main, ["--data", str(data), *words], input=typed)


def ready(data: Path) -> None:
    assert run(data, "instance", "create", "--title", "AMAP des Tilleuls").exit_code == 0


def test_the_command_says_what_there_is(data: Path) -> None:
    words = run(data, "--help").output
    for name in ("serve", "work", "upgrade", "instance", "user", "plugin", "import", "demo"):
        assert re.search(rf"^  {name}\b", words, re.MULTILINE), name
    assert __version__ in run(data, "--version").output


def test_from_nothing_to_a_first_account_and_a_way_in(data: Path) -> None:
    ready(data)
    made = run(data, "user", "create", "zoe@exemple.fr", "--first-name", "Zoé", "--last-name", "Lantier")
    assert made.exit_code == 0, made.output
    assert "zoe@exemple.fr" in run(data, "user", "list").output
    link = run(data, "user", "link", "zoe@exemple.fr").output
    assert re.search(r"/connexion/lien/[\w-]{40,}", link)
    assert run(data, "user", "password", "zoe@exemple.fr", typed="quatre mots au hasard\n" * 2).exit_code == 0


@pytest.mark.parametrize(
    "words",
    [
        ("user", "create", "pas-une-adresse", "--last-name", "X"),
        ("user", "create", "zoe@exemple.fr", "--last-name", "X", "--role", "empereur"),
        ("user", "link", "personne@exemple.fr"),
        ("user", "link", "zoe@exemple.fr", "--instance", "inconnue"),
    ],
)
def test_what_cannot_be_done_is_said_in_a_line(data: Path, words: tuple[str, ...]) -> None:
    ready(data)
    refused = run(data, *words)
    assert refused.exit_code == 1
    assert refused.output.startswith("Error: ")
    assert "Traceback" not in refused.output


def test_a_weak_password_is_refused(data: Path) -> None:
    ready(data)
    run(data, "user", "create", "zoe@exemple.fr", "--last-name", "Lantier")
    assert run(data, "user", "password", "zoe@exemple.fr", typed="password1\n" * 2).exit_code == 1


def test_an_instance_that_is_behind_says_so_until_it_is_upgraded(data: Path) -> None:
    ready(data)
    assert "up to date" in run(data, "instance", "list").output
    downgrade(Database.at(data / "courtil.sqlite3"), "base")
    assert "behind" in run(data, "instance", "list").output
    assert "courtil upgrade" in run(data, "user", "list").output
    assert run(data, "upgrade").exit_code == 0
    assert "up to date" in run(data, "instance", "list").output


def test_the_worker_runs_what_is_due_once(data: Path) -> None:
    ready(data)
    assert re.fullmatch(r"\d+ jobs\n", run(data, "work", "--once").output)


def test_a_plugin_is_switched_on_and_off_for_an_instance(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Registry, "discover", lambda folder: Registry.of([recipes]))
    ready(data)
    assert "recipes\t-\tRecettes\toff" in run(data, "plugin", "list").output
    assert run(data, "plugin", "enable", "recipes").output == "recipes: on\n"
    assert "recipes\t-\tRecettes\ton in amap" in run(data, "plugin", "list").output
    assert run(data, "plugin", "disable", "recipes").output == "recipes: off\n"
    assert run(data, "plugin", "enable", "inconnu").exit_code == 1


def test_a_configuration_that_cannot_be_read_is_said_in_a_line(tmp_path: Path) -> None:
    path = tmp_path / "instances.toml"
    path.write_text("[[instances]]\nname = 'Majuscule'\n")
    refused = CliRunner().invoke(main, ["--instances", str(path), "instance", "list"])
    assert refused.exit_code == 1
    assert "cannot be read" in refused.output


def test_the_server_finishes_and_stops_when_asked(data: Path) -> None:
    ready(data)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "courtil", "--data", str(data), "serve", "--port", str(port)]
    with subprocess.Popen(command, env={**os.environ}, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as server:
        try:
            assert _answers(port) == b"ok"
            server.send_signal(signal.SIGTERM)
            assert server.wait(30) in {0, -signal.SIGTERM}
        finally:
            server.kill()


def _answers(port: int) -> bytes:
    for _ in range(150):
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/-/healthy", timeout=2) as answer:
                return bytes(answer.read())
        except OSError:
            time.sleep(0.1)
    return b""
