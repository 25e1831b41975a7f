"""The door of the AMAP: signing in by mailed link or password, the limits, signing out."""

import email.policy
import re
from datetime import UTC, datetime, timedelta

import pytest

from conftest import World
from courtil.services import signin
from courtil.store.people import Person


def link_in(mail: str) -> str:
    text = email.message_from_string(mail, policy=email.policy.default).get_content()
    found = re.search(r"https://testserver(/connexion/lien/\S+)", text)
    assert found
    return found[1]


def test_a_mailed_link_signs_in_once_and_only_by_a_button(world: World) -> None:
    person = world.person("administrator")
    visitor = world.visitor()
    assert visitor.post("/connexion/lien", data={"email": person.email}).status_code == 200
    [mail] = world.mails()
    path = link_in(mail)
    assert visitor.get(path).status_code == 200
    assert visitor.get(path).status_code == 200  # a scanner that opens the link does not use it up
    entered = visitor.post(path, data={})
    assert entered.status_code == 303
    assert visitor.get("/mon-compte").status_code == 200
    again = world.visitor().post(path, data={})
    assert again.status_code == 422
    assert "a déjà servi" in again.text


def test_an_unknown_address_gets_the_same_answer_and_no_mail(world: World) -> None:
    person = world.person("member")
    known = world.visitor().post("/connexion/lien", data={"email": person.email})
    unknown = world.visitor().post("/connexion/lien", data={"email": "personne@exemple.fr"})
    assert known.status_code == unknown.status_code == 200
    assert known.text.replace(person.email or "", "") == unknown.text.replace("personne@exemple.fr", "")
    assert len(world.mails()) == 1


def test_a_sixth_wrong_password_makes_one_wait_even_with_the_right_one(world: World) -> None:
    person = world.person("member")
    with world.instance.working() as unit:
        signin.set_password(unit, unit.get(Person, person.id), "cheval agrafe pile correct")
    visitor = world.visitor()
    for _ in range(5):
        wrong = visitor.post("/connexion", data={"email": person.email, "password": "faux"})
        assert wrong.status_code == 422
    right = visitor.post("/connexion", data={"email": person.email, "password": "cheval agrafe pile correct"})
    assert right.status_code == 429
    assert "Réessayez dans" in right.text


def test_signing_out_ends_the_session_for_good(world: World) -> None:
    client = world.client("member")
    token = client.cookies["__Host-courtil"]
    left = client.post("/deconnexion", data={})
    assert left.status_code == 303
    assert "clear-site-data" in left.headers
    thief = world.visitor()
    thief.cookies.set("__Host-courtil", token)
    assert thief.get("/mon-compte").status_code == 303


def test_a_write_from_another_site_is_refused(world: World) -> None:
    client = world.client("member")
    for headers in ({"sec-fetch-site": "cross-site"}, {"sec-fetch-site": "same-site"}):
        assert client.post("/deconnexion", data={}, headers=headers).status_code == 403
    del client.headers["sec-fetch-site"]
    for headers in ({"origin": "null"}, {"origin": "https://evil.test"}, {}):
        assert client.post("/deconnexion", data={}, headers=headers).status_code == 403
    assert client.post("/deconnexion", data={}, headers={"origin": "https://testserver"}).status_code == 303


def asked_link(world: World, suite: str = "") -> str:
    person = world.person("member")
    world.visitor().post("/connexion/lien", data={"email": person.email, "suite": suite})
    return link_in(world.mails()[-1])


def test_a_link_is_refused_after_ten_minutes_or_with_another_letter(world: World) -> None:
    person = world.person("member")
    past = datetime.now(UTC) - timedelta(minutes=11)
    with world.instance.working(now=past) as unit:
        token = signin.new_link(unit, unit.get(Person, person.id))
    with world.instance.working() as unit:
        fresh = signin.new_link(unit, unit.get(Person, person.id))
    answers = [world.visitor().post(f"/connexion/lien/{t}", data={}) for t in (token, fresh[:-1] + "!", "x" * 2000)]
    assert [answer.status_code for answer in answers] == [422, 422, 422]
    assert all("a déjà servi ou n’est plus valable" in answer.text for answer in answers)
    assert world.visitor().post(f"/connexion/lien/{fresh}", data={}).status_code == 303


def test_one_address_tries_twenty_accounts_then_waits(world: World) -> None:
    answers = [
        world.visitor().post("/connexion", data={"email": f"a{n}@exemple.fr", "password": "faux"}).status_code
        for n in range(21)
    ]
    assert answers == [422] * 20 + [429]


def test_a_session_chosen_by_somebody_else_is_never_kept(world: World) -> None:
    path = asked_link(world)
    victim = world.visitor()
    victim.cookies.set("__Host-courtil", "chosen-by-the-attacker")
    entered = victim.post(path, data={})
    cookie = entered.headers["set-cookie"]
    assert cookie.startswith("__Host-courtil=")
    assert "chosen-by-the-attacker" not in cookie
    for word in ("Secure", "HttpOnly", "SameSite=lax", "Path=/"):
        assert word in cookie
    assert "Domain" not in cookie
    thief = world.visitor()
    thief.cookies.set("__Host-courtil", "chosen-by-the-attacker")
    assert thief.get("/mon-compte").status_code == 303


@pytest.mark.parametrize(
    "suite",
    [
        "https://evil.test/",
        "//evil.test/",
        "/\\evil.test",
        "javascript:alert(1)",
        "/a\r\nSet-Cookie: x=y",
        "\t//evil.test",
        "evil.test",
    ],
)
def test_after_signing_in_one_stays_on_this_site(world: World, suite: str) -> None:
    path = asked_link(world, suite)
    assert "evil.test" not in path
    entered = world.visitor().post(path, data={"suite": suite})
    assert entered.headers["location"] == "/"
    assert "evil.test" not in world.visitor().get("/connexion", params={"suite": suite}).text


def test_the_page_that_was_asked_for_opens_after_signing_in(world: World) -> None:
    asked = world.visitor().get("/mon-compte/coordonnees?a=1")
    assert asked.headers["location"] == "/connexion?suite=/mon-compte/coordonnees%3Fa%3D1"
    assert 'value="/mon-compte/coordonnees?a=1"' in world.visitor().get(asked.headers["location"]).text


def test_two_forms_of_the_door_share_no_id(world: World) -> None:
    ids = re.findall(r' id="([^"]+)"', world.visitor().get("/connexion").text)
    assert len(ids) == len(set(ids))


def test_personas_are_for_demonstrations_only(world: World) -> None:
    assert world.visitor().post("/connexion/demo/coordinatrice", data={}).status_code == 404
    assert "Essayer sans compte" not in world.visitor().get("/connexion").text
