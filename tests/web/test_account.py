"""My account: contacts and consent, password, devices, own data; nothing of anybody else."""

import io
import json
import zipfile

import pytest

from conftest import World
from courtil.store.people import Person
from courtil.store.signin import Session

PASSWORD = "cheval agrafe pile correct"


def contacts(person: Person, **changes: str) -> dict[str, str]:
    return {"email": person.email or "", "phone": "", "other_email": "", "other_phone": "", "version": "1"} | changes


def again(world: World, person: Person) -> Person:
    with world.instance.reading() as reader:
        return reader.get(Person, person.id)


def test_a_member_changes_her_contacts_and_her_consent(world: World) -> None:
    person = world.person("member")
    client = world.client_of(person)
    assert 'name="shares_contact"' in client.get("/mon-compte/coordonnees").text
    saved = client.post("/mon-compte/coordonnees", data=contacts(person, phone="0612345678", shares_contact="1"))
    assert saved.status_code == 303
    changed = again(world, person)
    assert (changed.phone, changed.shares_contact) == ("+33612345678", True)
    client.post("/mon-compte/coordonnees", data=contacts(person, version="2"))
    assert again(world, person).shares_contact is False


def test_a_member_changes_neither_her_name_nor_her_rights(world: World) -> None:
    person = world.person("member")
    extra = {"last_name": "Autre", "household_id": "1", "is_admin": "1", "id": "1", "password_hash": "x"}
    assert world.client_of(person).post("/mon-compte/coordonnees", data=contacts(person) | extra).status_code == 303
    kept = again(world, person)
    assert (kept.last_name, kept.household_id, kept.password_hash) == (person.last_name, person.household_id, None)


def test_a_taken_address_is_refused_without_saying_whose(world: World) -> None:
    other, person = world.person("member", name="Ana Rougon"), world.person("member")
    refused = world.client_of(person).post("/mon-compte/coordonnees", data=contacts(person, email=other.email or ""))
    assert refused.status_code == 422
    assert "sert déjà à quelqu’un d’autre" in refused.text
    assert "Rougon" not in refused.text


def test_a_new_address_is_told_to_the_old_one(world: World) -> None:
    person = world.person("member")
    world.client_of(person).post("/mon-compte/coordonnees", data=contacts(person, email="neuve@exemple.fr"))
    [mail] = world.mails()
    assert person.email in mail
    assert "neuve@exemple.fr" not in mail


@pytest.mark.parametrize(
    ("field", "value"), [("email", "a" * 10_000), ("email", "a@b"), ("phone", "1" * 10_000), ("other_email", "x")]
)
def test_wrong_contacts_are_refused_and_kept_in_the_form(world: World, field: str, value: str) -> None:
    person = world.person("member")
    refused = world.client_of(person).post("/mon-compte/coordonnees", data=contacts(person, **{field: value}))
    assert refused.status_code == 422
    assert "1 point à corriger" in refused.text


def test_a_new_password_ends_other_devices_and_is_told_by_mail(world: World) -> None:
    person = world.person("member")
    here, there = world.client_of(person), world.client_of(person)
    assert here.post("/mon-compte/mot-de-passe", data={"password": PASSWORD}).status_code == 303
    assert here.get("/mon-compte").status_code == 200
    assert there.get("/mon-compte").status_code == 303
    [mail] = world.mails()
    assert PASSWORD not in mail


@pytest.mark.parametrize("password", ["court", "azerty123", "", "a" * 257, "a" * 10_000])
def test_a_weak_password_is_refused_and_not_shown_again(world: World, password: str) -> None:
    refused = world.client("member").post("/mon-compte/mot-de-passe", data={"password": password})
    assert refused.status_code == 422
    assert not password or f'value="{password}"' not in refused.text


def test_a_device_is_signed_out_but_nobody_elses(world: World) -> None:
    person, other = world.person("member"), world.person("member", name="Ana Rougon")
    here, lost, theirs = world.client_of(person), world.client_of(person), world.client_of(other)
    with world.instance.reading() as reader:
        sessions = {s.person_id: s.id for s in reader.session.query(Session).order_by(Session.id)}
    assert here.post(f"/mon-compte/appareils/{sessions[other.id]}/deconnecter", data={}).status_code == 404
    assert theirs.get("/mon-compte").status_code == 200
    assert here.post(f"/mon-compte/appareils/{sessions[person.id]}/deconnecter", data={}).status_code == 303
    assert lost.get("/mon-compte").status_code == 303


def test_own_data_come_as_a_file_and_only_to_their_owner(world: World) -> None:
    person = world.person("member")
    answer = world.client_of(person).get("/mon-compte/mes-donnees.zip")
    assert answer.headers["content-type"] == "application/zip"
    assert "attachment" in answer.headers["content-disposition"]
    assert answer.headers["cache-control"] == "no-store"
    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        assert json.loads(archive.read("donnees.json"))["personne"]["email"] == person.email
    assert world.visitor().get("/mon-compte/mes-donnees.zip").status_code == 303
