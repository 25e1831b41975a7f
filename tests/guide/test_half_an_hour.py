"""What a new author does with the guide alone ends in a plugin whose tests pass."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from courtil.cli import scaffold
from guide.following import ROOT, courtil, follow, steps

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]


@pytest.fixture(scope="module")
def potager(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The plugin of the half hour."""
    return follow(tmp_path_factory.mktemp("guide"))


def its_tests(folder: Path) -> subprocess.CompletedProcess[str]:
    own = {name: value for name, value in os.environ.items() if name != "XDG_RUNTIME_DIR"}  # PostgreSQL has its own
    environment = own | {"PYTHONPATH": str(ROOT / "core")}
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-p",
        "no:cacheprovider",
        "-m",
        "not browser",
        f"--basetemp={folder}/.tmp",
    ]
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)


def test_five_commands_lead_to_a_page_of_one_s_own() -> None:
    first = next(step for step in steps("Half an hour") if step.kind == "sh")
    assert len(first.text.splitlines()) == 5


def test_its_tests_pass(potager: Path) -> None:
    done = its_tests(potager)
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-2000:]


def test_the_check_list_finds_nothing(potager: Path) -> None:
    done = courtil(potager, "plugin", "check", "potager")
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_migration_that_was_written_has_the_new_column(potager: Path) -> None:
    [second] = [path for path in (potager / "courtil_potager" / "migrations").glob("*.py") if "first" not in path.name]
    assert "said_on" in second.read_text()


@pytest.mark.parametrize(
    "wanted",
    [
        scaffold.Wanted("tout", "Tout"),
        scaffold.Wanted("sec", "Sec", kinds=("react",), table=False, settings=False),
        scaffold.Wanted("vue", "Vue", kinds=("declare", "draw"), table=False),
        scaffold.Wanted("table1", "Table", kinds=("decide", "follow"), settings=False),
    ],
    ids=lambda wanted: wanted.name,
)
def test_whatever_one_asks_for_passes_its_tests_at_once(tmp_path: Path, wanted: scaffold.Wanted) -> None:
    folder = tmp_path / f"courtil-{wanted.name}"
    scaffold.create(folder, wanted)
    done = its_tests(folder)
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-2000:]


def test_one_file_is_a_plugin(tmp_path: Path) -> None:
    step = next(step for step in steps("One file, for an evening") if step.file)
    (tmp_path / Path(step.file).name).write_text(step.text, "utf-8")
    listed = courtil(tmp_path, "plugin", "info", "potager")
    assert "Le potager" in listed.stdout, listed.stderr
