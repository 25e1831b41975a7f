"""The door of the AMAP: signing in by mailed link or password, the limits, signing out."""

import re

from conftest import World

from courtil.services import signin
from courtil.store.people import Person


def link_in(mail: str) -> str:
    import email

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
