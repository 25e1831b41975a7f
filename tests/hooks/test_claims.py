"""What a plugin may not claim, and what its author is told: a page without a right, a name that is taken."""

import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from courtil.domain.problems import Refused
from courtil.plugin.registry import Registry
from courtil.services import plugins
from courtil.services.instance import Instance, PluginSet, PluginSets
from courtil.web.core_pages import NAMES

Build = Callable[..., PluginSet]

PLUGIN = """\
from starlette.responses import PlainTextResponse

from courtil.api import PUBLIC, SIGNED_IN, JobKind, MenuItem, PageRoute, Permission, Plugin, hook, page

plugin = Plugin(name={name!r}, package={name!r}, label="Essai", requires={requires!r}, permissions=({permissions}))


"""
PAGE = """\
@page({path!r}, needs={needs}, writes={writes}, name={name!r})
def essai(request, unit, data=None):
    return PlainTextResponse("essai")


@hook
def routes():
    return [PageRoute(page=essai)]
"""
LINE = PLUGIN.count("\n") + 1


def source(
    name: str, body: str = "", *requires: str, permissions: tuple[str, ...] = ()
) -> str:  # fmt: skip
    rights = "".join(f"Permission({one!r}, 'Essai')," for one in permissions)
    return PLUGIN.format(name=name, requires=requires, permissions=rights) + body


def a_page(needs: str = "PUBLIC", path: str = "/essai", name: str = "essai", *, writes: bool = False) -> str:
    return PAGE.format(path=path, needs=needs, name=name, writes=writes)


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    """Where plugins of one file lie."""
    made = tmp_path / "plugins"
    made.mkdir()
    yield made
    for path in made.iterdir():
        sys.modules.pop(path.stem, None)


@pytest.fixture
def built(folder: Path) -> Build:
    """The set of these plugins, each given by its source."""

    def build(**sources: str) -> PluginSet:
        for name, text in sources.items():
            (folder / f"{name}.py").write_text(text, "utf-8")
        return PluginSets(Registry.discover(folder), NAMES).of(frozenset(sources))

    return build


@pytest.mark.parametrize("needs", ["PUBLIC", "SIGNED_IN", "'offers.read'", "'alpha.read'", "'zeta.read'"])
def test_a_page_is_for_everybody_for_who_is_signed_in_or_for_a_declared_right(built: Build, needs: str) -> None:
    alpha = source("alpha", a_page(needs), "zeta", permissions=("alpha.read",))
    found = built(alpha=alpha, zeta=source("zeta", permissions=("zeta.read",)))
    assert (found.names, found.left_out) == (("zeta", "alpha"), {})


@pytest.mark.parametrize("needs", ["'alpha.raed'", "''", "'zeta.read'", "['offers.read']", "42", "True"])
def test_a_page_whose_right_nobody_declares_leaves_its_plugin_out(built: Build, needs: str) -> None:
    alpha = source("alpha", a_page(needs), permissions=("alpha.read",))
    found = built(alpha=alpha, zeta=source("zeta", permissions=("zeta.read",)))
    assert found.names == ("zeta",)
    assert found.left_out["alpha"].startswith(f"essai needs {eval(needs)!r}, a permission that nobody declares")
    assert found.left_out["alpha"].endswith(f"(alpha.py, line {LINE})")


def test_a_right_that_was_misspelt_is_guessed(built: Build) -> None:
    found = built(alpha=source("alpha", a_page("'alpha.raed'"), permissions=("alpha.read",)))
    assert "did you mean alpha.read?" in found.left_out["alpha"]


def test_who_requires_a_plugin_that_is_left_out_is_left_out_too(built: Build) -> None:
    found = built(alpha=source("alpha", "", "zeta"), zeta=source("zeta", a_page("'nobody.knows'")))
    assert found.names == ()
    assert found.left_out["alpha"] == "requires zeta"


def test_a_function_that_is_no_page_is_refused(built: Build) -> None:
    body = "def essai(request, reader): ...\n\n\n@hook\ndef routes():\n    return [PageRoute(page=essai)]\n"
    found = built(alpha=source("alpha", body))
    assert found.left_out == {"alpha": f"essai is not a page: write @page above it (alpha.py, line {LINE})"}


def test_a_path_that_would_leave_the_plugin_s_own_is_refused(built: Build) -> None:
    assert "must start with /" in built(alpha=source("alpha", a_page(path="ise/essai"))).left_out["alpha"]


def test_the_names_of_the_core_s_routes_are_not_free(built: Build) -> None:
    found = built(alpha=source("alpha", a_page(name="offers")))
    reason = f"the route offers is one of the core: give the page another name (alpha.py, line {LINE})"
    assert found.left_out == {"alpha": reason}


def test_of_two_plugins_that_want_one_name_the_later_is_left_out(built: Build) -> None:
    found = built(alpha=source("alpha", a_page()), zeta=source("zeta", a_page()))
    assert found.names == ("alpha",)
    assert "the route essai is one of alpha" in found.left_out["zeta"]


def test_a_plugin_with_a_mistake_of_its_own_keeps_nobody_from_a_name(built: Build) -> None:
    found = built(alpha=source("alpha", a_page("'nobody.knows'")), zeta=source("zeta", a_page()))
    assert found.names == ("zeta",)


@pytest.mark.parametrize(
    ("first", "second", "good"),
    [
        ("/a/{id:int}", "/a/{other:int}", False), ("/a", "/a", False), ("/a", "/b", True),
        ("/a/{id:int}", "/a/{id}", True),
    ],
)  # fmt: skip
def test_one_address_has_one_page(built: Build, first: str, second: str, good: bool) -> None:
    body = a_page(path=first).partition("@hook")[0] + a_page(path=second, name="other").replace(
        "def essai", "def other"
    )
    body = body.replace("PageRoute(page=essai)]", "PageRoute(page=essai), PageRoute(page=other)]")
    found = built(alpha=source("alpha", body))
    assert found.left_out == {} if good else "another page answers GET" in found.left_out["alpha"]


def test_reading_and_writing_may_share_an_address_and_a_name(built: Build) -> None:
    body = a_page().partition("@hook")[0] + a_page(writes=True).replace("def essai", "def other")
    body = body.replace("PageRoute(page=essai)]", "PageRoute(page=essai), PageRoute(page=other)]")
    assert built(alpha=source("alpha", body)).left_out == {}


def test_a_permission_starts_with_the_plugin_s_name(built: Build) -> None:
    found = built(alpha=source("alpha", permissions=("people.delete",)))
    assert found.left_out["alpha"].startswith("the permission people.delete must start with alpha.")


def test_a_plugin_cannot_take_over_a_right_of_the_core(built: Build) -> None:
    assert "offers.read" in built(offers=source("offers", permissions=("offers.read",))).left_out["offers"]


def test_a_job_starts_with_the_plugin_s_name(built: Build) -> None:
    body = "def run(unit): ...\n\n\n@hook\ndef jobs():\n    return [JobKind(name='core.mail', run=run)]\n"
    assert built(alpha=source("alpha", body)).left_out == {"alpha": "the job core.mail must start with alpha."}


@pytest.mark.parametrize(("permission", "good"), [("self.read", True), ("alpha.read", True), ("beta.read", False)])
def test_a_menu_entry_is_for_a_right_that_exists(built: Build, permission: str, good: bool) -> None:
    body = f"@hook\ndef menu():\n    return [MenuItem(label='Essai', url='/x', permission={permission!r})]\n"
    found = built(alpha=source("alpha", body, permissions=("alpha.read",)))
    assert found.left_out == {} if good else "'Essai' is for 'beta.read'" in found.left_out["alpha"]


def test_the_reason_is_told_when_somebody_switches_the_plugin_on(instance: Instance, folder: Path) -> None:
    (folder / "alpha.py").write_text(source("alpha", a_page("'nobody.knows'")), "utf-8")
    opened = Instance(instance.config, PluginSets(Registry.discover(folder), NAMES))
    with pytest.raises(Refused, match=r"essai needs 'nobody\.knows'.*alpha\.py, line"):
        plugins.switch_on(opened, "alpha")
    assert opened.plugins().names == ()
