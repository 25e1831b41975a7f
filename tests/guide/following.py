"""Doing what `plugins/README.md` says: its commands, its files, in the order of the page."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "plugins" / "README.md").read_text("utf-8")
BLOCK = re.compile(r"```(\w+)(?: title=\"([^\"]+)\"( append)?)?\n(.*?)```", re.DOTALL)
NEEDS_NETWORK = ("pip install", "cd ", "courtil dev")
"""What the test does in another way: the folder is on the path instead of being installed, and nobody looks on."""


@dataclass(frozen=True)
class Step:
    """A block of the guide: a file to write, or commands to type."""

    kind: str
    file: str
    append: bool
    text: str


def steps(heading: str) -> Iterator[Step]:
    """The blocks under a heading of the second level."""
    section = PAGE.split(f"\n## {heading}\n", 1)[1].split("\n## ", 1)[0]
    for kind, file, append, text in BLOCK.findall(section):
        yield Step(kind, file, bool(append), text)


def courtil(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """The command, with the packages of the folder as plugins."""
    asked = [sys.executable, "-m", "courtil", *words]
    paths = os.pathsep.join([str(ROOT / "core"), str(folder)])
    environment = os.environ | {"PYTHONPATH": paths, "COURTIL_PLUGINS_DIR": str(folder)}
    return subprocess.run(asked, cwd=folder, env=environment, capture_output=True, text=True, check=False)


def follow(folder: Path) -> Path:
    """Do the half hour in this folder; the distribution that comes of it."""
    at = folder
    for step in steps("Half an hour"):
        if step.file:
            write(at / step.file, step)
        elif step.kind == "sh":
            for line in step.text.splitlines():
                at = typed(at, line)
    return at


def write(path: Path, step: Step) -> None:
    """A file as the guide says; what it appends goes to the end."""
    path.parent.mkdir(parents=True, exist_ok=True)
    before = path.read_text("utf-8") if step.append else ""
    path.write_text(before + ("\n" if before else "") + step.text, "utf-8")


def typed(at: Path, line: str) -> Path:
    """Type a command; where one stands afterwards. Commands that look the plugin over are typed by the tests."""
    if line.startswith("cd "):
        return at / line.removeprefix("cd ")
    words = [word.strip('"') for word in re.findall(r'"[^"]*"|\S+', line)]
    if words[:2] == ["courtil", "plugin"] and words[2] in {"new", "revise"}:
        done = courtil(at, *words[1:])
        assert done.returncode == 0, (line, done.stdout, done.stderr)
    return at
