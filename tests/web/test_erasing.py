"""The page that erases: what will happen is read first, one button does it, nobody else finds it."""

import pytest
from sqlalchemy import select

from conftest import World
from courtil.services import people
from courtil.store.people import Household, Person
from courtil.testing.factories import a_household, a_signed_contract, an_offer


def a_person(world: World, *, left: bool = True) -> Person:
    """Zoé Lantier, alone in her household."""
    with world.instance.working() as unit:
        home = a_household(unit)
        if left:
            people.leave(unit, home.id)
        return unit.one(select(Person).where(Person.household_id == home.id))


def test_an_archived_sheet_leads_to_the_page_and_one_button_does_it(world: World) -> None:
    client, zoe = world.client("administrator", name="Ana Rougon"), a_person(world)
    url = f"/personnes/{zoe.id}/effacer"
    assert f'href="{url}"' in client.get(f"/personnes/{zoe.id}").text
    asked = client.get(url).text
    for words in ("Effacer pour toujours", "C’est définitif", "la loi demande", "Ne rien changer"):
        assert words in asked
    done = client.post(url)
    assert (done.status_code, done.headers["location"]) == (303, f"/foyers/{zoe.household_id}")
    after = client.get(done.headers["location"]).text
    assert "Les données de cette personne sont effacées." in after
    assert "<h1>Foyer effacé</h1>" in after
    for page in (after, client.get(f"/personnes/{zoe.id}").text, client.get("/personnes?segment=partis").text):
        assert "Lantier" not in page
        assert zoe.email not in page


def test_what_is_erased_offers_no_way_back(world: World) -> None:
    client, zoe = world.client("administrator", name="Ana Rougon"), a_person(world)
    client.post(f"/personnes/{zoe.id}/effacer")
    sheet, home = client.get(f"/personnes/{zoe.id}").text, client.get(f"/foyers/{zoe.household_id}").text
    for path in ("rouvrir", "modifier", "effacer", "retour"):
        assert f"/{path}" not in sheet
        assert f"/{path}" not in home
    assert "effacées le" in sheet
    assert "déjà effacées" in client.get(f"/personnes/{zoe.id}/effacer").text
    assert client.post(f"/personnes/{zoe.id}/effacer").status_code == 303
    assert client.post(f"/personnes/{zoe.id}/rouvrir").status_code == 422
    assert client.post(f"/foyers/{zoe.household_id}/retour").status_code == 422


def test_somebody_without_household_leads_back_to_the_list(world: World) -> None:
    client, farmer = world.client("administrator"), world.person(name="Jean Chêne", household=False)
    with world.instance.working() as unit:
        people.archive_person(unit, farmer.id)
    done = client.post(f"/personnes/{farmer.id}/effacer")
    assert (done.status_code, done.headers["location"]) == (303, "/personnes")


def test_what_stands_against_it_is_said_before_and_after_the_button(world: World) -> None:
    client, zoe = world.client("administrator", name="Ana Rougon"), a_person(world, left=False)
    with world.instance.working() as unit:
        a_signed_contract(unit, an_offer(unit, name="Pain d’hiver"), unit.get(Household, zoe.household_id or 0))
    assert "/effacer" not in client.get(f"/personnes/{zoe.id}").text
    asked, refused = client.get(f"/personnes/{zoe.id}/effacer"), client.post(f"/personnes/{zoe.id}/effacer")
    assert (asked.status_code, refused.status_code) == (200, 422)
    for words in ("encore dans l’AMAP", "Pain d’hiver", "doit encore"):
        assert words in asked.text
        assert words in refused.text
    assert "Effacer pour toujours" not in asked.text


@pytest.mark.parametrize("code", ["member", "distribution", "treasurer"])
def test_only_the_administration_erases(world: World, code: str) -> None:
    client, zoe = world.client(code, name="Ana Rougon"), a_person(world)
    url = f"/personnes/{zoe.id}/effacer"
    assert (client.get(url).status_code, client.post(url).status_code) == (403, 403)
    assert url not in client.get(f"/personnes/{zoe.id}").text
    with world.instance.reading() as reader:
        assert reader.get(Person, zoe.id).erased_at is None


def test_nobody_is_a_page_not_found(world: World) -> None:
    client = world.client("administrator")
    assert (
        client.get("/personnes/424242/effacer").status_code,
        client.post("/personnes/424242/effacer").status_code,
    ) == (404, 404)


def test_help_and_the_page_on_personal_data_say_what_goes_and_what_stays(world: World) -> None:
    visitor = world.visitor()
    assert "Effacer une personne" in visitor.get("/aide/personnes").text
    privacy = visitor.get("/donnees-personnelles").text
    assert "Ce qu’un effacement enlève" in privacy
    assert "la loi demande de les garder" in privacy
