"""A new plugin from the template that lies in the package: no network, no other tool."""

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from courtil.plugin.manifest import API, Plugin

TEMPLATE = Path(__file__).parent.parent / "scaffold"
KINDS = ("declare", "decide", "react", "follow", "draw")
_LINES = re.compile(r"\n{4,}")

IMPORTS: tuple[tuple[str, str], ...] = (
    ("declare", "Answer Check HelpPage JobKind MenuItem PageRoute Reader Unit"),
    ("columns", "ListColumn"),
    ("decide", "Draft Problem Reader"),
    ("react", "ContractSigned Unit"),
    ("follow", "Event Unit"),
    ("draw", "Fragment Slot View"),
    ("read", "read_settings"),
    ("table", "Person PersonErased PersonalRecord Reader Unit"),
)
"""What the hooks of each kind import from `courtil.api`."""


@dataclass(frozen=True)
class Wanted:
    """What the author asks for."""

    name: str
    label: str
    author: str = "À compléter"
    kinds: Collection[str] = KINDS
    table: bool = True
    settings: bool = True

    @property
    def facts(self) -> dict[str, object]:
        """What the templates know."""
        kinds = {kind: kind in self.kinds for kind in KINDS}
        asked = kinds | {
            "table": self.table,
            "columns": self.table and kinds["declare"],
            "read": self.settings and kinds["draw"],
        }
        names = {name for key, words in IMPORTS if asked[key] for name in words.split()} | {"hook"}
        return kinds | {
            "name": self.name, "label": self.label, "author": self.author, "table": self.table,
            "settings": self.settings, "api": API, "next_major": int(API.split(".")[0]) + 1,
            "imports": sorted(names, key=lambda one: (one.islower(), one.lower())),
        }  # fmt: skip


def files(wanted: Wanted) -> Iterator[tuple[str, str]]:
    """Templates and the paths that they are written to."""
    package = f"courtil_{wanted.name}"
    yield "pyproject.toml", "pyproject.toml"
    yield "README.md", "README.md"
    yield "tests.yml", ".github/workflows/tests.yml"
    for name in ("__init__.py", "hooks.py", "locale/en.po"):
        yield f"package/{name}", f"{package}/{name}"
    if wanted.settings:
        yield "package/settings.py", f"{package}/settings.py"
    if wanted.table:
        yield "package/tables.py", f"{package}/tables.py"
        yield "package/migrations/first.py", f"{package}/migrations/{wanted.name}_0001_first.py"
    yield from ((f"package/{source}", f"{package}/{target}") for source, target in _pages(wanted))
    yield "tests/conftest.py", "tests/conftest.py"
    yield "tests/test_plugin.py", "tests/test_plugin.py"


def _pages(wanted: Wanted) -> Iterator[tuple[str, str]]:
    names = [*(["list", "help"] if "declare" in wanted.kinds else []), *(["note"] if "draw" in wanted.kinds else [])]
    if "declare" in wanted.kinds:
        yield "pages.py", "pages.py"
    if "declare" in wanted.kinds and wanted.table:
        names.append("new")
    for name in names:
        yield f"templates/{name}.html", f"templates/{wanted.name}/{name}.html"


def create(folder: Path, wanted: Wanted) -> list[Path]:
    """Write the distribution into a new folder; what was written. Raises ValueError, FileExistsError."""
    Plugin(name=wanted.name, package=f"courtil_{wanted.name}", label=wanted.label)
    if folder.exists() and any(folder.iterdir()):
        raise FileExistsError(folder)
    environment = Environment(
        loader=FileSystemLoader(TEMPLATE), undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True,
        keep_trailing_newline=True, block_start_string="[%", block_end_string="%]", variable_start_string="[[",
        variable_end_string="]]", comment_start_string="[#", comment_end_string="#]", autoescape=False,  # noqa: S701
    )  # fmt: skip
    written = []
    for source, target in files(wanted):
        path = folder / target
        path.parent.mkdir(parents=True, exist_ok=True)
        text = environment.get_template(f"{source}.jinja").render(wanted.facts)
        path.write_text(_LINES.sub("\n\n\n", text).strip("\n") + "\n", "utf-8")
        written.append(path)
    return written
