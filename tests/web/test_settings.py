"""Settings and roles: who may change them, what is refused, what the front page then shows."""

import pytest

from conftest import World
from courtil.services import roles
from courtil.services.settings import amap_settings


def stamp(page: str) -> str:
    return page.partition('name="version" value="')[2].partition('"')[0]


def test_settings_show_on_the_front_page(world: World) -> None:
    client = world.client("administrator")
    form = {"name": "AMAP du Canal", "city": "Pantin", "email": "Contact@canal.example", "presentation": "Bonjour !",
            "source_url": "https://exemple.fr/courtil", "version": stamp(client.get("/reglages").text)}  # fmt: skip
    assert client.post("/reglages", data=form).status_code == 303
    front = world.visitor().get("/").text
    for word in ("AMAP du Canal", "Pantin", "contact@canal.example", "Bonjour !"):
        assert word in front
    assert "https://exemple.fr/courtil" in world.visitor().get("/a-propos").text


@pytest.mark.parametrize(
    "changes",
    [{"name": ""}, {"name": "a" * 10_000}, {"email": "pas une adresse"}, {"source_url": "javascript:alert(1)"},
     {"source_url": "exemple.fr"}, {"presentation": "a" * 10_000}],
)  # fmt: skip
def test_wrong_settings_are_refused(world: World, changes: dict[str, str]) -> None:
    refused = world.client("administrator").post("/reglages", data={"name": "AMAP"} | changes)
    assert refused.status_code == 422
    with world.instance.reading() as reader:
        assert amap_settings(reader).name == "AMAP des Tilleuls"


def test_two_administrators_do_not_overwrite_each_other(world: World) -> None:
    client = world.client("administrator")
    opened = stamp(client.get("/reglages").text)
    assert client.post("/reglages", data={"name": "Une", "version": opened}).status_code == 303
    late = client.post("/reglages", data={"name": "Deux", "version": opened})
    assert late.status_code == 422
    assert "Quelqu’un a changé" in late.text
    assert 'value="Deux"' in late.text


def test_what_people_write_in_settings_is_text(world: World) -> None:
    client = world.client("administrator")
    client.post("/reglages", data={"name": "<script>alert(1)</script>\x00", "presentation": "{{7*7}}"})
    front = world.visitor().get("/").text
    assert "<script>alert" not in front
    assert "{{7*7}}" in front


@pytest.mark.parametrize("path", ["/reglages", "/reglages/roles", "/reglages/roles/member", "/journal"])
def test_settings_and_log_are_for_the_administration(world: World, path: str) -> None:
    for role in ("member", "treasurer", "distribution"):
        assert world.client(role).get(path).status_code == 403
    assert world.client("administrator").get(path).status_code == 200


def test_a_role_is_changed_and_an_invented_right_is_refused(world: World) -> None:
    client, volunteer = world.client("administrator"), world.client("distribution", name="Ana Rougon")
    assert volunteer.get("/personnes").status_code == 403
    changed = client.post("/reglages/roles/distribution", data={"label": "Accueil", "permissions": ["people.read"]})
    assert changed.status_code == 303
    assert volunteer.get("/personnes").status_code == 200
    assert client.post("/reglages/roles/distribution", data={"label": "A", "permissions": ["root"]}).status_code == 422
    assert client.get("/reglages/roles/emperor").status_code == 404


def test_the_administration_cannot_lock_itself_out(world: World) -> None:
    client = world.client("administrator")
    refused = client.post(
        "/reglages/roles/administrator", data={"label": "Administration", "permissions": ["log.read"]}
    )
    assert refused.status_code == 422
    with world.instance.reading() as reader:
        assert "settings.write" in roles.role(reader, "administrator").permissions


def test_the_log_is_filtered_and_bears_any_filter(world: World) -> None:
    client = world.client("administrator")
    assert "s’est connecté·e" in client.get("/journal?genre=SignedIn").text
    assert "Rien de ce genre" in client.get("/journal", params={"genre": "' OR 1=1 --", "sujet": "x:%"}).text
    assert client.get("/journal?page=9999").status_code == 200
