"""Every route × every role × a session of another AMAP: denied by default, equal to the table of permissions."""

import pytest
from starlette.routing import Route
from starlette.testclient import TestClient

from conftest import World
from courtil.domain.access import MEMBER, PERMISSIONS, ROLES
from courtil.store.farms import Farm
from courtil.web import core_pages, pages
from courtil.web.pages import SIGNED_IN, Page
from courtil.web.spaces import SPACES

PAGES = core_pages.PAGES
ABSENT = 999_999
REFUSED = {403}
NEEDED = {permission.name: permission for permission in PERMISSIONS}


def address(page: Page) -> str:
    """The path with parameters that belong to nobody."""
    route = page.route()
    values = {
        name: ABSENT if convertor.regex == "[0-9]+" else "absent" for name, convertor in route.param_convertors.items()
    }
    return str(route.url_path_for(page.name, **values))


def ask(client: TestClient, page: Page) -> int:
    return (
        client.post(address(page), data={}).status_code
        if page.method == "POST"
        else client.get(address(page)).status_code
    )


def test_names_are_unique_and_permissions_exist() -> None:
    keys = [(page.name, page.method) for page in PAGES]
    assert len(keys) == len(set(keys))
    by_name: dict[str, set[str]] = {}
    for page in PAGES:
        by_name.setdefault(page.name, set()).add(page.path)
        assert page.needs is None or page.needs == SIGNED_IN or page.needs in NEEDED, page.name
    assert {name for name, paths in by_name.items() if len(paths) > 1} == set()


def test_only_the_door_is_open_to_everybody() -> None:
    public = {page.name for page in PAGES if page.needs is None}
    assert public <= {
        "home", "sign_in", "ask_link", "use_link", "open_by_link", "sign_in_with_password", "enter_demo", "sign_out",
        "help", "help_page", "about", "source_code", "accessibility", "privacy",
    }  # fmt: skip


def test_every_menu_entry_leads_to_a_page(world: World) -> None:
    names = {page.name for page in PAGES}
    assert {entry.route for space in SPACES for entry in space.entries} <= names


def test_visitors_and_people_of_another_amap_are_sent_to_the_door(world: World) -> None:
    visitor = world.visitor()
    stranger = world.visitor()
    stranger.cookies.set("__Host-courtil", "a-session-of-another-amap")
    for page in PAGES:
        if page.needs is None:
            continue
        for client in (visitor, stranger):
            assert ask(client, page) == (401 if page.method == "POST" else 303), page.name


@pytest.mark.parametrize("code", [role.code for role in ROLES])
def test_a_role_enters_exactly_where_its_permissions_and_those_of_members_say(world: World, code: str) -> None:
    with world.instance.working() as unit:
        farm = unit.add(Farm(name="Ferme des Aulnes"))
    scoped = next(role.scoped for role in ROLES if role.code == code)
    client = world.client(code, farm_id=farm.id if scoped else None)
    for page in PAGES:
        if page.name in {"sign_out", "enter_demo"}:
            continue
        allowed = page.needs is None or page.needs == SIGNED_IN or bool({code, MEMBER} & set(NEEDED[page.needs].roles))
        status = ask(client, page)
        assert status < 500, page.name
        assert (status not in REFUSED) == allowed, (page.name, status)


def test_what_does_not_exist_looks_like_what_is_not_yours(world: World) -> None:
    client = world.client("administrator")
    for page in PAGES:
        if page.needs is None or ABSENT not in {int(part) for part in address(page).split("/") if part.isdecimal()}:
            continue
        assert ask(client, page) in {404, 422, 400}, page.name


def test_every_route_of_the_application_is_a_page(world: World) -> None:
    assembly = world.app.assemblies.of(world.instance.plugins())
    for route in assembly.routes:
        if isinstance(route, Route):
            assert isinstance(getattr(route.endpoint, "__self__", None), Page)


def test_a_page_that_names_no_permission_cannot_be_written() -> None:
    with pytest.raises(TypeError):
        pages.page("/x")  # type: ignore[call-arg]
