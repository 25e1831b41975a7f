"""An author's own project: the kit is opted into in one line, and the checks need no pytest."""

import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import courtil

CORE = Path(courtil.__file__).parents[1]
FILES = {
    "pytest.ini": "[pytest]\nfilterwarnings = error\naddopts = --strict-markers -p no:cacheprovider\npythonpath = .\n",
    "conftest.py": """\
import pytest
from courtil.testing.factories import a_household
from courtil.plugin.registry import Registry
from courtil_essay import plugin

pytest_plugins = ["courtil.testing"]


@pytest.fixture
def registry():
    return Registry.of([plugin])
""",
    "test_essay.py": """\
from courtil.testing.checks import PluginChecks
from courtil_essay import plugin


class TestEssay(PluginChecks):
    plugin = plugin


def test_the_page(amap, other_amap, outbox):
    assert amap.client("treasurer").get("/x/essay/une").status_code == 200
    assert other_amap.client("treasurer").get("/x/essay/une").status_code == 404
    assert outbox() == []
""",
    "courtil_essay/__init__.py": """\
from courtil.api import Plugin

plugin = Plugin(
    name="essay", package="courtil_essay", label="Essai", licence="MIT", author="Zoé", source="https://exemple.fr"
)
""",
    "courtil_essay/hooks.py": """\
from courtil.api import PUBLIC, PageRoute, hook, page, render


@page("/une", needs=PUBLIC)
def essay_one(request, reader):
    return render(request, "essay/one.html", page_title="Une")


@hook
def routes() -> list[PageRoute]:
    return [PageRoute(page=essay_one)]
""",
    "courtil_essay/templates/essay/one.html": '{% extends "base.html" %}{% block content %}<h1>Une</h1>{% endblock %}',
}


def run(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    for path, text in FILES.items():
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, "utf-8")
    command: Sequence[str] = [sys.executable, *arguments]
    environment = os.environ | {"PYTHONPATH": str(CORE)}
    return subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, text=True, timeout=100, check=False
    )


def test_one_line_gives_fixtures_and_checks(tmp_path: Path) -> None:
    done = run(
        tmp_path, "-m", "pytest", "-q", f"--basetemp={tmp_path / 'tmp'}", "--database=sqlite", "-m", "not browser"
    )
    assert "14 passed, 1 deselected" in done.stdout, done.stdout + done.stderr


def test_checks_run_without_pytest(tmp_path: Path) -> None:
    code = (
        "import sys; sys.modules['pytest'] = None; sys.modules['playwright'] = None\n"
        "from courtil.testing.checks import check_plugin; from courtil_essay import plugin\n"
        "print(check_plugin(plugin))"
    )
    done = run(tmp_path, "-c", code)
    assert (done.stdout, done.stderr) == ("[]\n", "")
