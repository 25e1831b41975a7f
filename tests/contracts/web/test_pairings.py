"""Sharing on the pages: asked by address, answered in one's own space, signed in two taps, set by the coordination."""

import re
from dataclasses import dataclass

import pytest
from sqlalchemy import select
from starlette.testclient import TestClient

from conftest import World
from contracts.offers import an_offer, product_ids, write_terms
from contracts.web.test_terms import fields
from courtil.services import subscribing
from courtil.services.instance import Instance
from courtil.store.contracts import Contract
from courtil.store.deliveries import Delivery
from courtil.store.people import Person
from courtil_contracts.domain.sharing import Manner
from courtil_contracts.services import pairings
from courtil_contracts.services.terms import terms_of
from courtil_contracts.tables import Pairing
from subscriptions import a_garden, a_person, signed

FORM = {"manner": "together", "begins": "first", "payers": "2", "first_share": "1", "second_share": "1"}


@dataclass
class Scene:
    world: World
    offer_id: int
    product: int
    zoe: Person
    ana: Person

    def states(self) -> list[str]:
        with self.world.instance.reading() as reader:
            return [one.state.value for one in reader.all(select(Pairing).order_by(Pairing.id))]

    def ask(self, **changes: str) -> str:
        """Zoé asks; what she reads."""
        client = self.world.client_of(self.zoe)
        sent = FORM | {"email": self.ana.email or ""} | changes
        return client.post(f"/x/contracts/partage/{self.offer_id}", data=sent, follow_redirects=True).text

    def pair(self, payers: int = 2, *, sign: bool = False, manner: Manner = Manner.TOGETHER) -> int:
        with self.world.instance.working() as unit:
            homes = self.zoe.household_id or 0, self.ana.household_id or 0
            key = pairings.pair(unit, self.offer_id, *homes, pairings.Wish(manner, payers=payers)).id
            if sign:
                draft = subscribing.save_draft(unit, self.offer_id, homes[0], {"quantities": {str(self.product): 1}})
                signed(unit, draft.id, self.zoe)
            return key


@pytest.fixture
def scene(with_contracts: Instance, world: World) -> Scene:
    with with_contracts.working() as unit:
        offer = an_offer(unit, "contracts.same", [1_000], number=5, opened=True, name="Légumes")
        write_terms(unit, offer, sharing=True)
        [key] = product_ids(offer)
        return Scene(world, offer.id, key, a_person(unit, "Zoé"), a_person(unit, "Ana"))


@pytest.fixture
def boss(scene: Scene, world: World) -> TestClient:
    return world.client("administrator", name="Ada Blanchot")


def test_the_page_where_one_chooses_leads_there(scene: Scene) -> None:
    client = scene.world.client_of(scene.zoe)
    assert f"/x/contracts/partage/{scene.offer_id}" in client.get(f"/contrats/{scene.offer_id}/souscrire").text
    page = client.get(f"/x/contracts/partage/{scene.offer_id}").text
    assert "qui commence en a une de plus (3 et 2)" in page


@pytest.mark.parametrize("manner", ["alternating", "together"])
@pytest.mark.parametrize("begins", ["first", "second"])
def test_nothing_tells_whether_somebody_has_the_address(scene: Scene, manner: str, begins: str) -> None:
    known = scene.ask(manner=manner, begins=begins)
    scene.world.client_of(scene.zoe).post("/x/contracts/partages/1/retirer")
    unknown = scene.ask(email="personne@exemple.fr", manner=manner, begins=begins)
    assert "Si cette adresse est celle" in known
    tidy = [re.sub(r"partages/\d+/|[\w.]+@exemple\.fr", "", page) for page in (known, unknown)]
    assert tidy[0] == tidy[1]


def test_who_asked_is_told_where_she_would_sign_alone(scene: Scene) -> None:
    scene.ask()
    page = scene.world.client_of(scene.zoe).get(f"/contrats/{scene.offer_id}/souscrire").text
    assert "Votre proposition de partage attend une réponse" in page


def test_the_other_finds_it_at_home_and_accepts(scene: Scene) -> None:
    scene.ask()
    other = scene.world.client_of(scene.ana)
    for page in ("/moi", "/mes-contrats"):
        assert "Le foyer Zoé vous propose de partager « Légumes »" in other.get(page).text
    assert other.post("/x/contracts/partages/1/accepter").status_code == 303
    assert scene.states() == ["accepted"]
    assert "avec le foyer Ana" in scene.world.client_of(scene.zoe).get("/mes-contrats").text


def test_who_shares_already_sees_no_other_proposal(scene: Scene) -> None:
    scene.ask()
    scene.world.client_of(scene.ana).post("/x/contracts/partages/1/accepter")
    with scene.world.instance.working() as unit:
        eva = a_person(unit, "Éva")
        pairings.ask(unit, scene.offer_id, eva.household_id or 0, scene.ana.email or "", pairings.Wish(Manner.TOGETHER))
    assert "Éva" not in scene.world.client_of(scene.ana).get("/mes-contrats").text


def test_the_other_declines(scene: Scene) -> None:
    scene.ask()
    scene.world.client_of(scene.ana).post("/x/contracts/partages/1/refuser")
    assert scene.states() == ["declined"]


@pytest.mark.parametrize(
    ("changes", "says"),
    [({"email": "rien"}, "adresse e-mail entière"), ({"first_share": "0"}, "plus petit nombre"),
     ({"second_share": "1000"}, "plus grand nombre"), ({"manner": "x"}, "réponses proposées"), ({"email": ""}, "nécessaire")],
)  # fmt: skip
def test_what_cannot_be_is_said_and_nothing_is_written(scene: Scene, changes: dict[str, str], says: str) -> None:
    assert says in scene.ask(**changes)
    assert scene.states() == []


def test_what_is_not_yours_is_not_there(scene: Scene, world: World) -> None:
    scene.ask()
    stranger = world.client("member", name="Max Roux")
    for action in ("accepter", "refuser", "retirer", "signer"):
        assert stranger.post(f"/x/contracts/partages/1/{action}").status_code == 404
    with world.instance.working() as unit:
        elsewhere = a_garden(unit).farm_id
    referent = world.client("referent", name="Paul Elsewhere", farm_id=elsewhere)
    for action in ("defaire", "arreter", "reprendre"):
        assert referent.post(f"/x/contracts/offre/partages/1/{action}", data={"on": "2027-01-01"}).status_code == 404
    assert referent.get(f"/x/contracts/offre/{scene.offer_id}/partages").status_code == 404
    assert world.client_of(scene.zoe).post("/x/contracts/partages/1/accepter").status_code == 404
    assert scene.states() == ["asked"]


def test_an_offer_that_is_not_shared_has_no_page(scene: Scene, with_contracts: Instance, world: World) -> None:
    with with_contracts.working() as unit:
        other = an_offer(unit, "contracts.same", [900], opened=True)
    client = world.client_of(scene.zoe)
    assert client.get(f"/x/contracts/partage/{other.id}").status_code == 404
    assert "partage" not in client.get(f"/contrats/{other.id}/souscrire").text


def test_the_second_signs_its_part_in_few_taps(scene: Scene) -> None:
    key = scene.pair(sign=True)
    client = scene.world.client_of(scene.ana)
    assert "Relire et signer ma part : 25,00" in client.get("/moi").text
    answer = client.post(f"/x/contracts/partages/{key}/signer")
    contract = re.search(r"/contrat/(\d+)/", answer.headers["location"])
    assert contract is not None
    page = client.get(f"/contrat/{contract[1]}/relire").text
    assert "Part du panier partagé avec le foyer Zoé" in page
    sent = dict(re.findall(r'name="(total|text_hash)" value="([^"]*)"', page)) | {"read": "1"}
    assert client.post(f"/contrat/{contract[1]}/signer", data=sent).status_code == 303
    with scene.world.instance.reading() as reader:
        assert {one.state.value for one in reader.all(select(Contract))} == {"signed_member"}
    assert "Prochains paniers" in client.get("/moi").text
    assert client.post(f"/x/contracts/partages/{key}/signer").headers["location"].endswith(f"/contrat/{contract[1]}")


def test_the_second_chooses_nothing_itself(scene: Scene) -> None:
    scene.pair(sign=True)
    page = scene.world.client_of(scene.ana).get(f"/contrats/{scene.offer_id}/souscrire").text
    assert "au nom duquel les paniers viennent" in page
    assert f"product-{scene.product}" not in page


def test_the_coordination_sets_two_households_together_and_undoes_it(scene: Scene, boss: TestClient) -> None:
    url = f"/x/contracts/offre/{scene.offer_id}/partages"
    assert "Paniers partagés" in boss.get(f"/contrats/{scene.offer_id}").text
    homes = {"first_id": str(scene.zoe.household_id), "second_id": str(scene.ana.household_id)}
    assert "Ce champ est nécessaire." in boss.post(url, data=FORM | homes | {"second_id": ""}).text
    assert boss.post(url, data=FORM | homes | {"second_id": homes["first_id"]}).status_code == 422
    assert boss.post(url, data=FORM | homes).status_code == 303
    assert "<strong>Zoé et Ana</strong>" in boss.get(url).text
    assert boss.post("/x/contracts/offre/partages/1/defaire").status_code == 303
    assert scene.states() == ["declined"]


def test_the_coordination_sees_who_has_not_signed_and_ends_it(scene: Scene, boss: TestClient) -> None:
    key = scene.pair(sign=True)
    for page in (f"/contrats/{scene.offer_id}", f"/x/contracts/offre/{scene.offer_id}/partages"):
        assert "Le foyer Ana n’a pas encore signé sa part." in boss.get(page).text
    url = f"/x/contracts/offre/partages/{key}/arreter"
    assert "le foyer Zoé paie tout depuis le début" in boss.get(url).text
    assert boss.post(url, data={"on": "pas un jour"}).status_code == 422
    assert boss.post(url, data={"on": "2027-01-01"}).status_code == 303
    assert scene.states() == ["ended"]
    assert "arrêté le" in scene.world.client_of(scene.ana).get("/mes-contrats").text
    assert boss.post(f"/x/contracts/offre/partages/{key}/reprendre").status_code == 303
    assert scene.states() == ["accepted"]


@pytest.mark.parametrize("manner", list(Manner))
def test_the_evening_names_both(scene: Scene, boss: TestClient, manner: Manner) -> None:
    scene.pair(1, sign=True, manner=manner)
    with scene.world.instance.reading() as reader:
        delivery, later = reader.all(select(Delivery).order_by(Delivery.id))[:2]
    page = boss.get(f"/distributions/{delivery.distribution_id}").text
    assert "Produit 1, avec Ana" in page
    for one, whose in ((delivery, "Zoé"), (later, "Ana")):
        turn = f"Panier du foyer Zoé, partagé avec le foyer Ana : c’est au tour du foyer {whose}."
        either = "Panier du foyer Zoé : le foyer Ana peut aussi venir le chercher."
        page = boss.get(f"/distributions/{one.distribution_id}").text
        assert (turn if manner is Manner.ALTERNATING else either) in page
    for sheet in (
        f"/distributions/{delivery.distribution_id}/feuille", f"/x/contracts/feuilles/livraisons/{delivery.id}/etiquettes",
        f"/x/contracts/feuilles/distributions/{delivery.distribution_id}/controle",
    ):  # fmt: skip
        answer = boss.get(sheet)
        assert (answer.status_code, "avec Ana" in answer.text) == (200, True)


def test_the_terms_allow_it_or_not(scene: Scene, boss: TestClient) -> None:
    url = f"/x/contracts/offre/{scene.offer_id}"
    for ticked in ({}, {"together-sharing": "1"}):
        page = boss.get(url).text
        assert "Deux foyers peuvent partager un panier" in page
        form = fields(page)
        form.pop("together-sharing", None)
        assert boss.post(url, data=form | ticked).status_code == 303
        with scene.world.instance.reading() as reader:
            assert terms_of(reader, scene.offer_id).sharing is bool(ticked)
