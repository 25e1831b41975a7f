"""Amendments on screen: read on the contract, accepted by the farm in one go, kept as a file, and nobody else's."""

import html

import pytest
from starlette.testclient import TestClient

from contracts.web.test_changes import NewScene, Scene, new_scene
from courtil.services import contracts
from courtil_contracts.services import amendments
from courtil_contracts.services.amendments import Version

__all__ = ["new_scene"]

WAITING = "/x/contracts/avenants"


def change(scene: Scene, place: int = 1) -> None:
    """Lantier does not come on a date."""
    form = {"delivery": str(scene.days[place]), "version": str(version_of(scene))}
    assert scene.client().post(f"{scene.root}/absence", data=form).status_code == 303


def version_of(scene: Scene) -> int:
    with scene.world.instance.reading() as reader:
        return contracts.contract(reader, scene.key).version


def versions(scene: Scene) -> list[Version]:
    with scene.world.instance.reading() as reader:
        return amendments.versions(reader, contracts.contract(reader, scene.key))


def text(client: TestClient, path: str) -> str:
    return html.unescape(client.get(path).text).replace("\u202f", " ").replace("\xa0", " ")


@pytest.fixture
def scene(new_scene: NewScene) -> Scene:
    return new_scene(money="credited")


@pytest.fixture
def farmer(scene: Scene) -> TestClient:
    return scene.world.client("farmer", name="Rose Marty", farm_id=scene.garden.farm_id)


def test_a_contract_that_did_not_change_has_no_amendments(scene: Scene) -> None:
    assert "Avenants" not in text(scene.client(), f"/contrat/{scene.key}")


def test_the_household_reads_them_on_its_contract(scene: Scene) -> None:
    change(scene)
    page = text(scene.client(), f"/contrat/{scene.key}")
    assert "Avenant n° 1" in page
    assert "Le foyer doit à la ferme 37,50 € en tout, au lieu de 50,00 €." in page
    assert "Accepté par le foyer : " in page
    assert "avec son compte." in page
    assert "La ferme ne l’a pas encore accepté. Il s’applique déjà." in page
    assert versions(scene)[0].amendment.text_hash in page
    assert "le texte et sa suite sont intacts." in page


def test_taking_a_change_back_is_a_second_one(scene: Scene) -> None:
    change(scene)
    scene.client().post("/x/contracts/changements/1/annuler")
    page = text(scene.client(), f"/contrat/{scene.key}")
    assert "Cet avenant revient sur l’avenant n° 1." in page
    assert [one.amendment.number for one in versions(scene)] == [1, 2]


def test_the_farm_is_told_reads_and_accepts_all_in_one_go(scene: Scene, farmer: TestClient) -> None:
    assert "avenant" not in text(farmer, "/ferme")
    for place in (1, 2):
        change(scene, place)
    assert "2 avenants attendent votre accord" in text(farmer, "/ferme")
    page = text(farmer, WAITING)
    assert "Lantier, avenant n° 1" in page
    assert "Le foyer ne prend pas son panier du " in page
    assert "37,50 €" in page
    keys = [one.amendment.id for one in versions(scene)]
    answer = farmer.post(WAITING, data={"amendment": [str(key) for key in keys]})
    assert answer.status_code == 303
    assert "2 avenants sont acceptés." in text(farmer, WAITING)
    assert "Aucun avenant n’attend votre accord." in text(farmer, WAITING)
    assert "Accepté par la ferme : Rose Marty, le " in text(scene.client(), f"/contrat/{scene.key}")


def test_a_change_and_its_end_are_out_of_the_way(scene: Scene, farmer: TestClient) -> None:
    change(scene)
    scene.client().post("/x/contracts/changements/1/annuler")
    assert "votre accord" not in text(farmer, "/ferme")
    change(scene)
    assert "1 avenant attend votre accord" in text(farmer, "/ferme")
    page = text(farmer, WAITING)
    assert "2 avenants ne changent plus rien : des changements, puis leur retrait" in page
    assert page.index("Lantier, avenant n° 3") < page.index("Lantier, avenant n° 1")


def test_accepting_nothing_or_twice_changes_nothing(scene: Scene, farmer: TestClient) -> None:
    change(scene)
    assert farmer.post(WAITING).status_code == 422
    [version] = versions(scene)
    for _time in range(2):
        assert farmer.post(WAITING, data={"amendment": str(version.amendment.id)}).status_code == 303
    assert "Ces avenants étaient déjà acceptés." in text(farmer, WAITING)


def test_the_farm_reads_the_amendments_of_its_contracts(scene: Scene, farmer: TestClient) -> None:
    change(scene)
    assert "Avenant n° 1" in text(farmer, f"/contrat/{scene.key}")


def test_a_contract_is_kept_with_its_amendments_as_a_file(scene: Scene) -> None:
    change(scene)
    answer = scene.client().get(f"/x/contracts/avenants/{scene.key}.pdf")
    assert (answer.status_code, answer.content[:4]) == (200, b"%PDF")


def test_they_are_nobody_elses(new_scene: NewScene, scene: Scene, farmer: TestClient) -> None:
    change(scene)
    [version] = versions(scene)
    neighbour = scene.world.client_of(scene.other)
    assert neighbour.get(f"/x/contracts/avenants/{scene.key}.pdf").status_code == 404
    assert neighbour.get(WAITING).status_code == 403
    elsewhere = scene.world.client("farmer", name="Paul Voisin", farm_id=new_scene().garden.farm_id)
    assert "Lantier, avenant" not in text(elsewhere, WAITING)
    assert elsewhere.post(WAITING, data={"amendment": str(version.amendment.id)}).status_code == 404
    assert farmer.post(WAITING, data={"amendment": "99999"}).status_code == 404
    assert list(versions(scene)[0].accepted) == ["household"]


def test_what_a_coordinator_enters_is_said_to_be_entered(scene: Scene) -> None:
    boss = scene.world.client("administrator", name="Ada Blanchot")
    form = {"delivery": str(scene.days[1]), "version": str(version_of(scene))}
    assert boss.post(f"{scene.root}/absence", data=form).status_code == 303
    page = text(boss, f"/contrat/{scene.key}")
    assert "Accepté par le foyer : Ada Blanchot, le " in page
    assert "à sa demande, saisi par l’association." in page


def test_its_text_is_french_whoever_asks(scene: Scene) -> None:
    form = {"delivery": str(scene.days[1]), "version": str(version_of(scene))}
    answer = scene.client().post(f"{scene.root}/absence", data=form, headers={"accept-language": "en"})
    assert answer.status_code == 303
    [version] = versions(scene)
    assert "Un foyer peut ne pas prendre un panier" in version.amendment.text
    assert "A household" not in version.amendment.text


def test_help_says_what_amendments_are(scene: Scene) -> None:
    assert "Chaque changement, et chaque retour en arrière" in text(scene.client(), "/aide/contracts-changer")
