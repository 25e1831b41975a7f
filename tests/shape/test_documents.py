"""The written documents: what they name exists, their links lead somewhere, the charter is whole in both languages."""

import re
from pathlib import Path

import pytest

from courtil.services.demo_personas import PERSONAS
from courtil.store.tables import Base

ROOT = Path(__file__).parents[2]
CORE = ROOT / "core" / "courtil"
DOCUMENTS = [
    ROOT / name
    for name in (
        "README.md", "CONTRIBUTING.md", "SECURITY.md", "CHANGELOG.md", "CODE_CHARTER.md", "core/README.md", "plugins/README.md",
    )
]  # fmt: skip
LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")


def name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def text(path: str) -> str:
    return (ROOT / path).read_text("utf-8")


@pytest.mark.parametrize("path", DOCUMENTS, ids=name)
def test_relative_links_lead_to_something(path: Path) -> None:
    targets = [target.split("#")[0] for target in LINK.findall(path.read_text("utf-8")) if "://" not in target]
    missing = [target for target in targets if not (path.parent / target).exists()]
    assert missing == []


def test_the_reading_order_names_eight_files_that_exist() -> None:
    asked = text("CONTRIBUTING.md").split("## Read first", 1)[1].split("\n## ", 1)[0]
    files = re.findall(r"^\d\. `([^`]+)` — .+$", asked, re.MULTILINE)
    assert len(files) == 8
    assert [file for file in files if not (ROOT / file).is_file()] == []


def test_files_named_by_the_architecture_page_exist() -> None:
    named = set(re.findall(r"`([a-z_]+(?:/[a-z_0-9]+)*\.py)`", text("core/README.md")))
    assert len(named) > 50
    assert sorted(file for file in named if not (CORE / file).is_file()) == []


def test_files_named_by_the_recipes_exist() -> None:
    named = set(
        re.findall(r"`((?:domain|store|plugin|services|web|static)/[a-z_/]+\.(?:py|toml))`", text("CONTRIBUTING.md"))
    )
    assert named
    assert sorted(file for file in named if not (CORE / file).is_file()) == []


def test_tables_of_the_glossary_exist() -> None:
    named = set(re.findall(r"`(core_[a-z_]+)`", text("core/README.md").split("## Glossary", 1)[1].split("\n## ", 1)[0]))
    assert named
    assert named <= set(Base.metadata.tables)


def test_the_charter_has_its_fifteen_points_in_both_languages() -> None:
    french, english = text("CODE_CHARTER.md").split("\n# Courtil code charter\n")
    for half in (french, english):
        assert re.findall(r"^## (\d+)\. \S", half, re.MULTILINE) == [str(number) for number in range(1, 16)]


def test_both_languages_of_the_charter_agree_on_every_number() -> None:
    french, english = text("CODE_CHARTER.md").split("\n# Courtil code charter\n")
    for before, after in zip(
        re.split(r"^## ", french, flags=re.MULTILINE)[1:],
        re.split(r"^## ", english, flags=re.MULTILINE)[1:],
        strict=True,
    ):
        assert numbers(before) == numbers(after), before.split("\n", 1)[0]


def numbers(section: str) -> list[str]:
    """Figures of a section, whatever separates thousands."""
    joined = re.sub(r"(?<=\d)[\u202f,](?=\d{3}\b)", "", section)
    return sorted(re.findall(r"\d+", joined))


def test_the_personas_of_the_readme_are_those_of_the_demonstration() -> None:
    told = re.findall(r"^\| ([^|`]+) \| `(\w+)` \|", text("README.md"), re.MULTILINE)
    assert told == [(label, code) for code, label, _says in PERSONAS]


@pytest.mark.parametrize("path", DOCUMENTS, ids=name)
def test_a_document_says_nothing_about_where_it_was_written(path: Path) -> None:
    assert re.findall(r"/work/|/tmp/|/root/|TODO|FIXME", path.read_text("utf-8")) == []
