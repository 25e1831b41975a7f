"""Plugins that a test writes into a folder, one for each thing that can be wrong."""

import importlib
import itertools
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from textwrap import dedent

import pytest

from courtil.plugin.manifest import Plugin
from courtil.testing.checks import Finding

Write = Callable[..., Plugin]
HEAD = "from courtil.api import *\nfrom courtil.api import _\n"
TABLES = """\
from sqlalchemy.orm import Mapped
from courtil.api import Base, Key, Name, refers

class Note(Base):
    __tablename__ = "NAME_note"
    id: Mapped[Key]
    person_id: Mapped[int] = refers("core_person.id")
    title: Mapped[Name]
"""
FIRST = """\
import sqlalchemy as sa
from alembic import op

revision = "NAME_0001"
down_revision = None

def upgrade():
    op.create_table(
        "NAME_note",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(200), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["core_person.id"], name=op.f("fk_NAME_note_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_NAME_note")),
    )
    op.create_index(op.f("ix_NAME_note_person_id"), "NAME_note", ["person_id"])

def downgrade():
    op.drop_table("NAME_note")
"""
NOTES = {"tables.py": TABLES, "migrations/NAME_0001.py": FIRST, "hooks.py": "import courtil_NAME.tables\n"}
PAGE = """\
from courtil.api import PUBLIC, PageRoute, hook, page, render

@page("/une", needs=PUBLIC)
def NAME_one(request, reader):
    return render(request, "NAME/one.html", page_title="Une")

@hook
def routes() -> list[PageRoute]:
    return [PageRoute(page=NAME_one)]
"""
ONE = '{% extends "base.html" %}{% block content %}<h1>Une page</h1>{% endblock %}'

_numbers = itertools.count(1)


def one_file_plugin(folder: Path, patch: pytest.MonkeyPatch, source: str) -> Plugin:
    """A plugin of one module; `NAME` in the source becomes a name that no other test uses."""
    name = f"single{next(_numbers)}"
    (folder / f"{name}.py").write_text(dedent(source).replace("NAME", name), "utf-8")
    return _imported(folder, patch, name)


def plugin_of(folder: Path, patch: pytest.MonkeyPatch, files: Mapping[str, str], **facts: object) -> Plugin:
    """A package with these files beside a manifest of these facts; `NAME` becomes the plugin's name everywhere.

    The package is `courtil_` and the name, which no other test uses. A file `__init__.py` is put under the manifest.
    """
    name = f"wrong{next(_numbers)}"
    given = {
        "name": name, "package": f"courtil_{name}", "label": "Essai", "licence": "MIT", "author": "Zoé Lantier",
        "source": "https://exemple.fr/essai",
    } | facts  # fmt: skip
    words = "".join(f"    {key}={value!r},\n" for key, value in given.items())
    kept = "from courtil.plugin.manifest import KeptData\n" if "personal_data" in facts else ""
    manifest = f"from courtil.api import Permission, Plugin\n{kept}\nplugin = Plugin(\n{words})\n"
    for path, text in {"hooks.py": "", **files, "__init__.py": manifest + files.get("__init__.py", "")}.items():
        target = folder / f"courtil_{name}" / path.replace("NAME", name)
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(dedent(text).replace("NAME", name), "utf-8")
    return _imported(folder, patch, f"courtil_{name}")


def _imported(folder: Path, patch: pytest.MonkeyPatch, package: str) -> Plugin:
    patch.syspath_prepend(folder)
    importlib.invalidate_caches()
    found: Plugin = importlib.import_module(package).plugin
    return found


def told(found: Iterable[Finding], plugin: Plugin) -> list[tuple[str, str]]:
    """What was found and where, with `NAME` for the plugin's name."""
    return [(one.says.replace(plugin.name, "NAME"), one.where.replace(plugin.name, "NAME")) for one in found]
