"""« Mes données »: everything about the person, nothing about the neighbours, no secret."""

import io
import json
import zipfile
from typing import Any

import pytest
from sqlalchemy import select

from courtil.domain.access import Actor
from courtil.domain.problems import NotFound
from courtil.domain.states import ContractState
from courtil.services import people, privacy, roles, signin
from courtil.services.instance import Instance
from courtil.services.people import HouseholdData, PersonData
from courtil.services.subscribing import add_signature
from courtil.store.contracts import Contract
from courtil.store.people import Person
from seeds import bound, season_with_offer

PASSWORD = "cheval agrafe pile correct"


@pytest.fixture
def zoe(instance: Instance) -> int:
    """Zoé in a household with Ana, with a contract; a neighbour with another one."""
    with instance.working() as unit:
        mine = people.add_household(
            unit, HouseholdData(address="3 rue des Lilas", note="Vient à vélo"),
            [PersonData(first_name="Zoé", last_name="Lantier", email="zoe@exemple.fr", phone="0612345678"),
             PersonData(first_name="Ana", last_name="Lantier", email="ana@exemple.fr", phone="0698765432")],
        )  # fmt: skip
        other = people.add_household(
            unit, HouseholdData(), [PersonData(last_name="Macquart", email="voisin@exemple.fr")]
        )
        offer = season_with_offer(unit, "Légumes <b>d’hiver</b>")
        bound(unit, offer, mine, ContractState.ACTIVE)
        bound(unit, offer, other, ContractState.ACTIVE, cents=99_999)
        person = unit.one(select(Person).where(Person.first_name == "Zoé"))
        roles.grant(unit, person, "administrator")
        signin.set_password(unit, person, PASSWORD)
        signin.start_session(unit, person, "Firefox")
    with instance.working(Actor(person.id, person.full_name)) as unit:
        people.change_household(unit, other.id, HouseholdData(name="Macquart", city="Plassans"))
    return person.id


def archive(instance: Instance, person_id: int) -> tuple[dict[str, Any], str]:
    with instance.reading() as reader:
        content = privacy.personal_archive(reader, person_id)
    with zipfile.ZipFile(io.BytesIO(content)) as opened:
        assert sorted(opened.namelist()) == ["donnees.json", "lisez-moi.html"]
        return json.loads(opened.read("donnees.json")), opened.read("lisez-moi.html").decode()


def test_the_archive_holds_what_is_kept_about_the_person(instance: Instance, zoe: int) -> None:
    data, page = archive(instance, zoe)
    assert data["personne"]["email"] == "zoe@exemple.fr"
    assert data["personne"]["mot_de_passe"] is True
    assert data["foyer"]["note"] == "Vient à vélo"
    assert data["foyer"]["personnes"] == ["Zoé Lantier", "Ana Lantier"]
    assert [contract["total_cents"] for contract in data["contrats"]] == [12_000]
    assert data["roles"] == [{"role": "Administration", "ferme": None}]
    assert [session["device"] for session in data["sessions"]] == ["Firefox"]
    for word in ("zoe@exemple.fr", "3 rue des Lilas", "120,00", "Firefox"):
        assert word in page, word


def test_the_archive_holds_nothing_of_others_but_names_in_the_household(instance: Instance, zoe: int) -> None:
    data, page = archive(instance, zoe)
    for text in (json.dumps(data, ensure_ascii=False), page):
        for word in ("ana@exemple.fr", "98765432", "voisin@exemple.fr", "Macquart", "99999"):
            assert word not in text, word


def test_the_archive_holds_no_secret(instance: Instance, zoe: int) -> None:
    with instance.reading() as reader:
        secret = reader.get(Person, zoe).password_hash
    data, page = archive(instance, zoe)
    text = json.dumps(data)
    assert secret is not None
    assert secret not in text + page
    assert "token" not in text
    assert "argon2" not in text + page


def test_the_page_escapes_what_people_wrote(instance: Instance, zoe: int) -> None:
    _data, page = archive(instance, zoe)
    assert page.startswith("<!doctype html>")
    assert "<b>" not in page
    assert "&lt;b&gt;" in page


def test_a_person_without_household_has_an_archive_too(instance: Instance) -> None:
    with instance.working() as unit:
        farmer = people.add_person(unit, None, PersonData(last_name="Paysanne"))
    data, _page = archive(instance, farmer.id)
    assert data["foyer"] is None
    assert data["contrats"] == []


def test_nobody_has_no_archive(instance: Instance) -> None:
    with instance.reading() as reader, pytest.raises(NotFound):
        privacy.personal_archive(reader, 424242)


def test_the_archive_holds_of_other_signatures_the_party_the_name_and_the_date(instance: Instance, zoe: int) -> None:
    with instance.working() as unit:
        person = unit.get(Person, zoe)
        contract = unit.one(select(Contract).where(Contract.household_id == person.household_id))
        farmer = unit.add(Person(first_name="Jean", last_name="Chêne", search="jean chene"))
        add_signature(unit, contract, person, party="member", method="account", address="192.0.2.1")
        add_signature(unit, contract, farmer, party="farm", method="account", address="192.0.2.99")
    data, _page = archive(instance, zoe)
    [own, other] = data["contrats"][0]["signatures"]
    assert own["address"] == "192.0.2.1"
    assert other["name"] == "Jean Chêne"
    assert set(other) == {"party", "name", "signed_at"}
