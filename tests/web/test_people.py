"""Pages of people: lists, sheets, departures, roles, links; what is not allowed shows as if it did not exist."""

import itertools
from collections.abc import Iterator

import pytest
from sqlalchemy import Engine, event, func, select

from conftest import World
from courtil.domain.states import ContractState
from courtil.services import people, roles
from courtil.services.people import HouseholdData, PersonData
from courtil.store.operations import Job
from courtil.store.people import Household, Person, RoleGrant
from seeds import bound, season_with_offer

HOSTILE = ["\x00", "\u202egnp.exe", "' OR 1=1 --", "%", "_", "<script>alert(1)</script>", "{{7*7}}"]
_numbers = itertools.count(1)


def a_home(world: World, last_name: str = "Macquart", **facts: str) -> int:
    with world.instance.working() as unit:
        data = PersonData(
            first_name="Ana", last_name=last_name, email=f"ana{next(_numbers)}@exemple.fr", phone="0612345678"
        )
        return people.add_household(unit, HouseholdData.model_validate(facts), [data]).id


def person_of(world: World, home_id: int) -> Person:
    with world.instance.reading() as reader:
        return people.household(reader, home_id).persons[0]


def new_home(**changes: str) -> dict[str, str]:
    facts = {"first_name": "Zoé", "last_name": "Saccard", "email": "zoe@exemple.fr", "phone": "06 12 34 56 78"}
    return facts | changes


@pytest.fixture
def counted_queries() -> Iterator[list[str]]:
    """The SELECT statements that any engine runs, in order."""
    seen: list[str] = []

    def see(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        if statement.startswith("SELECT"):
            seen.append(statement)

    event.listen(Engine, "before_cursor_execute", see)
    yield seen
    event.remove(Engine, "before_cursor_execute", see)


def test_a_household_is_added_found_and_shown(world: World) -> None:
    client = world.client("administrator")
    added = client.post("/foyers/nouveau", data=new_home(city="Plassans"))
    assert added.status_code == 303
    shown = client.get(added.headers["location"])
    assert "Foyer Saccard" in shown.text
    assert "06 12 34 56 78" in shown.text
    assert "Le foyer est ajouté." in shown.text
    assert "Zoé Saccard" in client.get("/personnes?q=sacc").text
    assert "Zoé Saccard" not in client.get("/personnes?q=rougon").text


def test_errors_stand_under_their_fields_and_what_was_typed_is_kept(world: World) -> None:
    client = world.client("administrator")
    wrong = client.post("/foyers/nouveau", data=new_home(email="zoé@", phone="12", city="Plassans"))
    assert wrong.status_code == 422
    assert "2 points à corriger" in wrong.text
    assert "n’est pas complète" in wrong.text
    assert 'value="Plassans"' in wrong.text
    with world.instance.reading() as reader:
        assert reader.all(select(Household.id).where(Household.name == "Saccard")) == []


def test_an_address_in_use_is_refused_under_its_field(world: World) -> None:
    client = world.client("administrator")
    home = person_of(world, a_home(world))
    wrong = client.post("/foyers/nouveau", data=new_home(email=(home.email or "").upper()))
    assert wrong.status_code == 422
    assert "Ana Macquart utilise déjà cette adresse." in wrong.text
    assert 'href="#f-email"' in wrong.text


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_is_shown_as_text(world: World, text: str) -> None:
    client = world.client("administrator")
    added = client.post("/foyers/nouveau", data=new_home(last_name=f"A{text}", note=text, name=text + "B"))
    assert added.status_code == 303
    shown = client.get(added.headers["location"]).text
    assert "<script>alert" not in shown
    assert "\u202e" not in shown
    assert "A49" not in shown
    assert client.get("/personnes", params={"q": text}).status_code == 200
    assert client.get("/annuaire", params={"q": text}).status_code == 200


@pytest.mark.parametrize(
    "field", ["first_name", "last_name", "email", "phone", "name", "city", "postal_code", "joined_on"]
)
def test_ten_thousand_characters_come_back_as_an_error(world: World, field: str) -> None:
    assert (
        world.client("administrator").post("/foyers/nouveau", data=new_home(**{field: "9" * 10_000})).status_code == 422
    )


def test_fields_that_are_not_in_the_form_are_ignored(world: World) -> None:
    client = world.client("administrator")
    extra = {"is_admin": "1", "household_id": "1", "archived_at": "2020-01-01", "password_hash": "x", "id": "1"}
    made = client.post("/foyers/nouveau", data=new_home() | extra)
    home_id = int(made.headers["location"].rsplit("/", 1)[1])
    person = person_of(world, home_id)
    assert (person.household_id, person.archived_at, person.password_hash) == (home_id, None, None)
    with world.instance.reading() as reader:
        assert [grant.role.code for grant in roles.grants_of(reader, person.id)] == []


def test_two_coordinators_do_not_overwrite_each_other(world: World) -> None:
    one, two, home_id = world.client("administrator"), world.client("administrator", name="Ana Rougon"), a_home(world)
    form = {"name": "Macquart", "version": "1"}
    assert one.post(f"/foyers/{home_id}/modifier", data=form | {"city": "Plassans"}).status_code == 303
    late = two.post(f"/foyers/{home_id}/modifier", data=form | {"city": "Paris"})
    assert late.status_code == 422
    assert "Quelqu’un a changé cette fiche" in late.text
    assert 'value="Paris"' in late.text
    assert 'name="version" value="2"' in late.text
    person = person_of(world, home_id)
    sheet = {"last_name": "Macquart", "version": "1"}
    assert one.post(f"/personnes/{person.id}/modifier", data=sheet | {"first_name": "Anna"}).status_code == 303
    assert two.post(f"/personnes/{person.id}/modifier", data=sheet | {"first_name": "Hanna"}).status_code == 422


def test_what_does_not_exist_is_404_whatever_the_verb(world: World) -> None:
    client = world.client("administrator")
    for key in (424242, 2**31, 10**30):
        for path in ("/foyers/{}", "/foyers/{}/modifier", "/foyers/{}/depart", "/foyers/{}/personnes/nouvelle",
                     "/personnes/{}", "/personnes/{}/modifier"):  # fmt: skip
            assert client.get(path.format(key)).status_code == 404, path
        for path in ("/foyers/{}/modifier", "/foyers/{}/depart", "/foyers/{}/retour", "/foyers/{}/personnes/nouvelle",
                     "/personnes/{}/modifier", "/personnes/{}/archiver", "/personnes/{}/rouvrir", "/personnes/{}/roles",
                     "/personnes/{}/roles/1/retirer", "/personnes/{}/roles/rendre", "/personnes/{}/lien"):  # fmt: skip
            assert client.post(path.format(key), data={}).status_code == 404, path


@pytest.mark.parametrize("role", ["member", "distribution"])
def test_members_see_nobodys_sheet(world: World, role: str) -> None:
    client, home_id = world.client(role), a_home(world)
    for path in ("/personnes", f"/foyers/{home_id}", f"/personnes/{person_of(world, home_id).id}", "/foyers/nouveau"):
        answer = client.get(path)
        assert answer.status_code == 403
        assert "Macquart" not in answer.text


def test_who_reads_does_not_write(world: World) -> None:
    client, home_id = world.client("treasurer"), a_home(world)
    shown = client.get(f"/foyers/{home_id}")
    assert shown.status_code == 200
    assert "Modifier le foyer" not in shown.text
    for path in (f"/foyers/{home_id}/modifier", f"/foyers/{home_id}/depart", "/foyers/nouveau"):
        assert client.post(path, data=new_home()).status_code == 403
    assert (
        client.post(f"/personnes/{person_of(world, home_id).id}/roles", data={"code": "administrator"}).status_code
        == 403
    )


def test_a_departure_says_what_it_changes_and_is_undone(world: World) -> None:
    client, home_id = world.client("administrator"), a_home(world)
    member = world.client_of(person_of(world, home_id))
    before = client.get(f"/foyers/{home_id}/depart")
    assert "ne peuvent plus se connecter" in before.text
    assert "1 personne concernée" in before.text
    left = client.post(f"/foyers/{home_id}/depart", data={})
    assert member.get("/mon-compte").status_code == 303
    page = client.get(left.headers["location"])
    assert f"/foyers/{home_id}/retour" in page.text
    assert "Ana Macquart" not in client.get("/personnes").text
    assert "Ana Macquart" in client.get("/personnes?segment=partis").text
    client.post(f"/foyers/{home_id}/retour", data={})
    assert "Ana Macquart" in client.get("/personnes").text


def test_a_departure_with_running_contracts_is_explained(world: World) -> None:
    client, home_id = world.client("administrator"), a_home(world)
    with world.instance.working() as unit:
        bound(unit, season_with_offer(unit, "Pain d’hiver"), unit.get(Household, home_id), ContractState.ACTIVE)
    assert "Pain d’hiver" in client.get(f"/foyers/{home_id}/depart").text
    refused = client.post(f"/foyers/{home_id}/depart", data={})
    assert refused.status_code == 422
    assert "Résiliez-les ou attendez leur fin" in refused.text


def test_a_role_is_given_taken_and_given_back(world: World) -> None:
    client, person = world.client("administrator"), person_of(world, a_home(world))
    path = f"/personnes/{person.id}"
    assert client.post(f"{path}/roles", data={"code": "treasurer"}).status_code == 303
    page = client.get(path)
    assert "Trésorerie" in page.text
    with world.instance.reading() as reader:
        grant = next(grant for grant in roles.grants_of(reader, person.id) if grant.role.code == "treasurer")
    taken = client.post(f"{path}/roles/{grant.id}/retirer", data={})
    assert "rendre?code=treasurer" in client.get(taken.headers["location"]).text.replace("&amp;", "&")
    assert client.post(f"{path}/roles/rendre?code=treasurer", data={}).status_code == 303
    with world.instance.reading() as reader:
        assert {grant.role.code for grant in roles.grants_of(reader, person.id)} == {"treasurer"}


@pytest.mark.parametrize(
    "data",
    [
        {"code": "referent"},
        {"code": "emperor"},
        {},
        {"code": "referent", "farm_id": "99"},
        {"code": "referent", "farm_id": "x"},
    ],
)
def test_a_role_that_makes_no_sense_is_refused_in_the_page(world: World, data: dict[str, str]) -> None:
    client, person = world.client("administrator"), person_of(world, a_home(world))
    assert client.post(f"/personnes/{person.id}/roles", data=data).status_code == 422


def test_the_last_administrator_cannot_lose_the_role(world: World) -> None:
    boss = world.person("administrator")
    client = world.client_of(boss)
    with world.instance.reading() as reader:
        [grant] = roles.grants_of(reader, boss.id)
    for path in (f"/personnes/{boss.id}/roles/{grant.id}/retirer", f"/foyers/{boss.household_id}/depart"):
        refused = client.post(path, data={})
        assert refused.status_code == 422
        assert "au moins une personne pour l’administration" in refused.text
    assert client.get("/reglages").status_code == 200


def test_a_role_taken_is_gone_at_the_very_next_request(world: World) -> None:
    client, other = world.client("administrator"), world.person("treasurer", name="Ana Rougon")
    their = world.client_of(other)
    assert their.get("/personnes").status_code == 200
    with world.instance.reading() as reader:
        [grant] = roles.grants_of(reader, other.id)
    client.post(f"/personnes/{other.id}/roles/{grant.id}/retirer", data={})
    assert their.get("/personnes").status_code == 403


def test_a_link_is_mailed_to_a_member_three_times_an_hour(world: World) -> None:
    client, person = world.client("administrator"), person_of(world, a_home(world))
    answers = [client.post(f"/personnes/{person.id}/lien", data={}).status_code for _again in range(4)]
    assert answers == [303, 303, 303, 422]
    mails = world.mails()
    assert len(mails) == 3
    assert f"To: Ana Macquart <{person.email}>" in mails[0]


def test_no_link_for_somebody_without_address_or_in_the_archives(world: World) -> None:
    client = world.client("administrator")
    with world.instance.working() as unit:
        silent = people.add_person(unit, None, PersonData(last_name="Silence"))
        gone = people.add_person(unit, None, PersonData(last_name="Parti", email="parti@exemple.fr"))
        people.archive_person(unit, gone.id)
    for person in (silent, gone):
        assert client.post(f"/personnes/{person.id}/lien", data={}).status_code == 422
    with world.instance.reading() as reader:
        assert reader.all(select(Job.id).where(Job.kind == "core.mail")) == []


def test_the_directory_shows_contacts_of_those_who_said_yes(world: World) -> None:
    a_home(world)
    with world.instance.working() as unit:
        open_one = PersonData(first_name="Léa", last_name="Rougon", phone="0698765432", shares_contact=True)
        people.add_household(unit, HouseholdData(), [open_one])
    page = world.client("member").get("/annuaire").text
    assert "Ana Macquart" in page
    assert "06 12 34 56 78" not in page
    assert "06 98 76 54 32" in page


def test_lists_say_what_to_do_when_they_are_empty(world: World) -> None:
    client = world.client("administrator")
    assert "archives sont vides" in client.get("/personnes?segment=partis").text
    assert "Personne ne correspond" in client.get("/personnes?q=xyzzy").text
    assert client.get("/personnes?page=99&segment=nimporte").status_code == 200


def test_a_sheet_needs_few_queries_whatever_it_holds(world: World, counted_queries: list[str]) -> None:
    client = world.client("administrator")
    home_id = a_home(world)
    with world.instance.working() as unit:
        for number in range(12):
            people.add_person(unit, home_id, PersonData(last_name=f"Nom{number}"))
            offer = season_with_offer(unit, f"Contrat {number}", f"Ferme {number}")
            bound(unit, offer, unit.get(Household, home_id), ContractState.ACTIVE)
    for path in ("/personnes", f"/foyers/{home_id}", "/journal", "/chercher?q=nom", "/annuaire"):
        counted_queries.clear()
        assert client.get(path).status_code == 200
        assert len(counted_queries) <= 15, (path, counted_queries)


def test_a_read_writes_nothing(world: World) -> None:
    client, home_id = world.client("administrator"), a_home(world)
    person = person_of(world, home_id)
    for path in (f"/personnes/{person.id}/archiver", f"/personnes/{person.id}/lien", f"/foyers/{home_id}/retour"):
        assert client.get(path).status_code == 405
    with world.instance.reading() as reader:
        assert reader.session.scalar(select(func.count()).select_from(RoleGrant)) == 1
