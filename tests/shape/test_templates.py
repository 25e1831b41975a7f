"""Templates hold no way around escaping, and nothing the content security policy forbids."""

import re
from pathlib import Path

import pytest

from courtil.testing.checks.sources import forbidden
from courtil.web.core_pages import PAGES

CORE = Path(__file__).parents[2] / "core" / "courtil"
TEMPLATES = sorted((CORE / "templates").rglob("*.html"))


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.relative_to(CORE).as_posix())
def test_a_template_escapes_everything_and_has_nothing_inline(path: Path) -> None:
    assert forbidden(path) == []


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.relative_to(CORE).as_posix())
def test_buttons_say_what_they_do(path: Path) -> None:
    assert re.findall(r"\b(?:Valider|Soumettre|Submit|OK)\b", path.read_text("utf-8")) == []


def test_addresses_in_templates_name_what_their_route_needs() -> None:
    needed = {page.name: set(page.route().param_convertors) for page in PAGES}
    wrong = []
    for path in TEMPLATES:
        for name, words in re.findall(r"""\burl\("(\w+)"((?:[^()]|\([^()]*\))*)\)""", path.read_text("utf-8")):
            given = set(re.findall(r"(\w+)=", words))
            if name not in needed or not needed[name] <= given:
                wrong.append((path.name, name, sorted(needed.get(name, ())), sorted(given)))
    assert wrong == []
