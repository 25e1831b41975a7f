"""The page of one's calendar, and the address that shows it without signing in."""

import re

from conftest import World
from courtil.services.instance import Instance
from subscriptions import a_garden


def test_a_person_makes_changes_and_removes_her_address(with_contracts: Instance, world: World) -> None:
    client = world.client_of(world.person("member"))
    assert "/x/contracts/calendrier" in client.get("/mon-compte").text
    assert "Préparer mon calendrier" in client.get("/x/contracts/calendrier").text
    assert client.post("/x/contracts/calendrier").status_code == 303
    first = address(client.get("/x/contracts/calendrier").text)
    read = world.visitor().get(first)
    assert (read.status_code, read.headers["content-type"]) == (200, "text/calendar; charset=utf-8")
    assert read.text.startswith("BEGIN:VCALENDAR")
    client.post("/x/contracts/calendrier")
    second = address(client.get("/x/contracts/calendrier").text)
    assert [world.visitor().get(one).status_code for one in (first, second)] == [404, 200]
    client.post("/x/contracts/calendrier/retirer")
    assert world.visitor().get(second).status_code == 404


def address(page: str) -> str:
    """The path of the calendar's file on the page; the same address opens in a calendar and downloads."""
    (path,) = set(re.findall(r"//testserver(/x/contracts/calendrier/[\w-]+\.ics)", page))
    return path


def test_no_address_can_be_guessed_or_left_out(with_contracts: Instance, world: World) -> None:
    world.person("member")
    for token in ("x", "None", "%20", "%00", "a" * 43):
        assert world.visitor().get(f"/x/contracts/calendrier/{token}.ics").status_code == 404
    assert world.visitor().get("/x/contracts/calendrier").status_code in {303, 401}


def test_a_farmer_is_told_how_several_amaps_meet_in_one_phone(with_contracts: Instance, world: World) -> None:
    with world.instance.working() as unit:
        farm_id = a_garden(unit).farm_id
    client = world.client_of(world.person("farmer", farm_id=farm_id, household=False))
    assert "Vous livrez plusieurs AMAP" in client.get("/x/contracts/calendrier").text
