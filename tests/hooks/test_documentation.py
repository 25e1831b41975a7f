"""What a plugin author reads is what the code says: every hook, every public name, every example, every slot."""

import inspect
import re
import types
from pathlib import Path
from typing import Union, get_args, get_origin

import pytest

from courtil import api
from courtil.plugin.registry import check_hooks
from courtil.plugin.specs import SPECS, kind_of

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "plugins" / "README.md").read_text("utf-8")
TEMPLATES = ROOT / "core" / "courtil" / "templates"
EXAMPLES = [code for code in re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL) if "@hook" in code]


def told(annotation: object) -> str:
    """An annotation as one writes it."""
    if annotation is None or annotation is types.NoneType:
        return "None"
    if get_origin(annotation) in (Union, types.UnionType):
        return " | ".join(told(argument) for argument in get_args(annotation))
    inner = ", ".join(told(argument) for argument in get_args(annotation))
    name = getattr(get_origin(annotation) or annotation, "__name__", str(annotation))
    return f"{name}[{inner}]" if inner else name


def signature(name: str) -> str:
    """`hook(argument: Type) -> Type`."""
    asked = inspect.signature(SPECS[name])
    arguments = ", ".join(f"{key}: {told(one.annotation)}" for key, one in asked.parameters.items())
    return f"{name}({arguments}) -> {told(asked.return_annotation)}"


def section(name: str) -> str:
    """What stands under the hook's heading."""
    return re.split(r"^#{2,4} ", PAGE.split(f"#### `{signature(name)}`", 1)[1], maxsplit=1, flags=re.MULTILINE)[0]


@pytest.mark.parametrize("name", SPECS)
def test_a_hook_is_documented_with_its_exact_signature(name: str) -> None:
    assert f"#### `{signature(name)}`" in PAGE


@pytest.mark.parametrize("name", SPECS)
def test_a_hook_stands_under_its_kind(name: str) -> None:
    before = PAGE.split(f"#### `{name}(", 1)[0]
    assert re.findall(r"^### (\w+)$", before, re.MULTILINE)[-1] == kind_of(name)


@pytest.mark.parametrize("name", SPECS)
def test_a_hook_has_an_example(name: str) -> None:
    assert re.search(rf"```python\n.*@hook\ndef {name}\(", section(name), re.DOTALL)


@pytest.mark.parametrize("code", EXAMPLES, ids=lambda code: re.findall(r"@hook\ndef (\w+)", code)[0])
def test_an_example_would_be_accepted(code: str) -> None:
    module = types.ModuleType("example")
    exec(code, vars(module))
    check_hooks("recipes", module)


def test_no_hook_is_documented_that_nobody_calls() -> None:
    assert set(re.findall(r"^#### `(\w+)\(", PAGE, re.MULTILINE)) == set(SPECS)


@pytest.mark.parametrize("name", sorted(api.__all__))
def test_a_public_name_is_mentioned(name: str) -> None:
    assert f"`{name}`" in PAGE


def slots_of_templates() -> dict[str, set[str]]:
    """Every slot and the names of what it shows."""
    calls = [
        call
        for path in TEMPLATES.rglob("*.html")
        for call in re.findall(r"""slot\(\s*["']([^"']+)["']([^)]*)""", path.read_text("utf-8"))
    ]
    return {name: set(re.findall(r"(\w+)\s*=", objects)) for name, objects in calls}


def slots_of_the_page() -> dict[str, set[str]]:
    table = PAGE.split("## Slots", 1)[1].split("\n## ", 1)[0]
    rows = re.findall(r"^\| `([a-z_.]+)` \| [^|]+ \| ([^|]+) \|$", table, re.MULTILINE)
    return {name: set(re.findall(r"`([a-z_]+)`", objects)) for name, objects in rows}


def test_every_slot_is_listed_with_what_it_shows() -> None:
    assert slots_of_the_page() == slots_of_templates()
