"""Hooks that decide who is there and what she may see: a plugin only takes away, and only vouches for members."""

from dataclasses import dataclass

import pytest
from sqlalchemy import select
from starlette.testclient import TestClient

import courtil_recipes.hooks as recipes
from conftest import World
from courtil.domain.states import ContractState
from courtil.services.instance import Instance
from courtil.store.deliveries import Delivery
from courtil.store.people import Person
from courtil.testing.factories import a_farm, a_household, an_offer, thursdays
from treasury import signed

NETWORK = {"x-network-user": "ana@exemple.fr"}
LISTS = {
    "Offer": {"/contrats": "Légumes", "/chercher?q=legumes": '"/contrats/{offer}"', "/aujourdhui": "Légumes"},
    "Contract": {
        "/contrats/{offer}/souscriptions": ">Lantier</a>", "/paiements": "Lantier", "/foyers/{household}": "Légumes",
        "/chercher?q=lantier": "/contrat/{contract}", "/paiements/fermes": "Trois-Chênes",
    },
    "Delivery": {
        "/distributions": "Trois-Chênes", "/distributions/{evening}": "Trois-Chênes",
        "/distributions/{evening}/feuille": "Trois-Chênes", "/aujourdhui": "Fournil, Trois-Chênes",
    },
    "Farm": {
        "/fermes": "Trois-Chênes", "/chercher?q=chenes": "/fermes/{farm}", "/contrats/nouveau": "Trois-Chênes",
        "/paiements": "Trois-Chênes</option>", "/paiements/remise": "Trois-Chênes", "/paiements/fermes": "Trois-Chênes",
    },
    "Household": {
        "/personnes": "Lantier", "/chercher?q=lantier": "Ana Lantier", "/personnes/feuille": "Lantier",
        "/annuaire": "Lantier",
    },
    "Person": {
        "/personnes": "Ana Lantier", "/chercher?q=ana": "Ana Lantier", "/foyers/{household}": "Ana Lantier",
        "/personnes/feuille": "Ana Lantier", "/annuaire": "Ana Lantier",
    },
}  # fmt: skip
"""Where the administration reads of the first row of each table, and in which words."""

PAGES = {
    "Offer": ["/contrats/{offer}", "/contrats/{offer}/modifier", "/contrats/{offer}/dates", "/contrats/{offer}/produits",
              "/contrats/{offer}/souscriptions", "/contrats/{offer}/saison", "/contrats/{offer}/souscrire?foyer={other}",
              "/contrats/{offer}/reconduire"],
    "Contract": ["/contrat/{contract}", "/contrat/{contract}/paiements",
                 "/contrat/{contract}/resilier"],
    "Delivery": ["/distributions/livraisons/{delivery}/deplacer", "/distributions/livraisons/{delivery}/annuler",
                 "/distributions/livraisons/{delivery}/feuille"],
    "Farm": ["/fermes/{farm}", "/fermes/{farm}/modifier", "/paiements/remise?farm_id={farm}"],
    "Household": ["/foyers/{household}", "/foyers/{household}/modifier", "/foyers/{household}/depart",
                  "/foyers/{household}/personnes/nouvelle", "/personnes/{person}"],
    "Person": ["/personnes/{person}", "/personnes/{person}/modifier"],
}  # fmt: skip
"""Its own pages."""

WRITES = {
    "Offer": ["/contrats/{offer}/modifier", "/contrats/{offer}/etat", "/contrats/{offer}/signatures-papier"],
    "Contract": ["/contrat/{contract}/annuler", "/contrat/{contract}/resilier", "/contrat/{contract}/paiements"],
    "Delivery": ["/distributions/livraisons/{delivery}/deplacer", "/distributions/livraisons/{delivery}/annuler",
                 "/distributions/livraisons/{delivery}/faite", "/distributions/livraisons/{delivery}/retablir",
                 "/distributions/{evening}/revenir?livraisons={delivery}"],
    "Farm": ["/fermes/{farm}/modifier", "/fermes/{farm}/archiver", "/fermes/{farm}/reprendre", "/fermes/{farm}/produits"],
    "Household": ["/foyers/{household}/modifier", "/foyers/{household}/depart", "/foyers/{household}/retour",
                  "/foyers/{household}/personnes/nouvelle"],
    "Person": ["/personnes/{person}/modifier", "/personnes/{person}/archiver", "/personnes/{person}/rouvrir",
               "/personnes/{person}/lien", "/personnes/{person}/roles"],
}  # fmt: skip


@dataclass
class Scene:
    """Two farms, each with an offer and a contract; `keys` name the first of each, which a plugin may hide."""

    world: World
    keys: dict[str, int]

    def at(self, pattern: str) -> str:
        return pattern.format(**self.keys)

    def hide(self, model: str) -> None:
        recipes.TROUBLE.add(f"hide {model} {self.keys[model.lower()]}")


@pytest.fixture
def scene(with_recipes: Instance, world: World) -> Scene:
    with world.instance.working() as unit:
        days = thursdays(unit.today, 1)
        garden = an_offer(unit, farm=a_farm(unit, "Trois-Chênes", {"Panier": 1500}), days=days, name="Légumes")
        bread = an_offer(unit, farm=a_farm(unit, "Fournil", {"Panier": 400}), days=days, name="Pain")
        home, other = a_household(unit, "Lantier", "Ana"), a_household(unit, "Macquart", "Jean")
        contract = signed(unit, garden, home, state=ContractState.SIGNED_MEMBER)
        signed(unit, bread, other)
        [ana] = unit.all(select(Person).where(Person.household_id == home.id))
        ana.email = NETWORK["x-network-user"]
        delivery = unit.get(Delivery, contract.lines[0].delivery_id)
        keys = {
            "offer": garden.id, "farm": garden.farm_id, "contract": contract.id, "household": home.id, "person": ana.id,
            "delivery": delivery.id, "evening": delivery.distribution_id, "other": other.id,
        }  # fmt: skip
    return Scene(world, keys)


@pytest.fixture
def boss(scene: Scene) -> TestClient:
    """The administration, who sees and may do everything unless a plugin says otherwise."""
    return scene.world.client("administrator", name="Claire Hugon")


@pytest.mark.parametrize("model", LISTS)
def test_a_denied_row_vanishes_from_lists_searches_and_sheets(scene: Scene, boss: TestClient, model: str) -> None:
    for path, words in LISTS[model].items():
        assert scene.at(words) in boss.get(scene.at(path)).text, path
    scene.hide(model)
    for path, words in LISTS[model].items():
        answer = boss.get(scene.at(path))
        assert answer.status_code == 200, path
        assert scene.at(words) not in answer.text, path


@pytest.mark.parametrize("model", PAGES)
def test_its_pages_are_not_found(scene: Scene, boss: TestClient, model: str) -> None:
    for path in PAGES[model]:
        assert boss.get(scene.at(path)).status_code in {200, 303}, path
    scene.hide(model)
    for path in PAGES[model]:
        assert boss.get(scene.at(path)).status_code == 404, path


@pytest.mark.parametrize("model", WRITES)
def test_nothing_is_written_to_it(scene: Scene, boss: TestClient, model: str) -> None:
    scene.hide(model)
    for path in WRITES[model]:
        assert boss.post(scene.at(path), data={}).status_code == 404, path


def test_a_household_loses_its_own_contract_too(scene: Scene) -> None:
    with scene.world.instance.reading() as reader:
        ana = scene.world.client_of(reader.get(Person, scene.keys["person"]))
    own = {
        "/moi": "Trois-Chênes",
        "/mes-contrats": scene.at("/contrat/{contract}"),
        "/mes-paniers": "Trois-Chênes",
        "/mes-paiements": "Légumes",
    }
    for path, words in own.items():
        assert words in ana.get(path).text, path
    scene.hide("Contract")
    for path, words in own.items():
        assert words not in ana.get(path).text, path
    assert ana.get(scene.at("/contrat/{contract}")).status_code == 404


def test_a_denied_offer_is_not_proposed(scene: Scene) -> None:
    with scene.world.instance.reading() as reader:
        jean = scene.world.client_of(reader.one(select(Person).where(Person.last_name == "Macquart")))
    subscribing = scene.at("/contrats/{offer}/souscrire")
    assert "Légumes" in jean.get("/mes-contrats").text
    assert jean.get(subscribing).status_code == 200
    scene.hide("Offer")
    assert "Légumes" not in jean.get("/mes-contrats").text
    assert jean.get(subscribing).status_code == 404
    assert jean.post(subscribing, data={"action": "quote"}).status_code == 404


def test_a_farmer_loses_what_is_denied_of_her_farm(scene: Scene) -> None:
    farmer = scene.world.client("farmer", name="Paule Chêne", farm_id=scene.keys["farm"])
    assert "Légumes" in farmer.get("/ferme/contrats").text
    assert "Lantier" in farmer.get("/ferme/contresigner").text
    scene.hide("Offer")
    scene.hide("Contract")
    assert "Légumes" not in farmer.get("/ferme/contrats").text
    assert "Lantier" not in farmer.get("/ferme/contresigner").text
    assert farmer.post("/ferme/contresigner", data={"contract": str(scene.keys["contract"])}).status_code == 404
    scene.hide("Farm")
    assert farmer.get(scene.at("/ferme?ferme={farm}")).status_code == 404


def test_an_inert_plugin_changes_nothing(scene: Scene, boss: TestClient) -> None:
    assert boss.get(scene.at("/contrats/{offer}")).status_code == 200
    assert "allowed" in recipes.SEEN


def test_a_decision_about_rights_that_raises_fails_the_page(scene: Scene, boss: TestClient) -> None:
    recipes.TROUBLE.add("allowed")
    assert boss.get("/contrats").status_code == 500
    assert boss.get("/mon-compte").status_code == 200  # nothing is decided about rows there


def visitor(scene: Scene, **headers: str) -> TestClient:
    """Somebody without a session of ours, whom a network knows."""
    client = scene.world.visitor()
    client.headers.update(headers)
    return client


def test_a_network_vouches_for_a_person_of_the_amap(scene: Scene) -> None:
    ana = visitor(scene, **NETWORK)
    assert ana.get("/moi").status_code == 303
    recipes.TROUBLE.add("network")
    home = ana.get("/moi")
    assert home.status_code == 200
    assert "Ana Lantier" in home.text
    assert ana.get(scene.at("/contrat/{contract}")).status_code == 200
    assert ana.get("/reglages").status_code == 403
    changed = ana.post("/mon-compte/coordonnees", data={"email": NETWORK["x-network-user"], "phone": "0612345678"})
    assert changed.status_code == 303
    with scene.world.instance.reading() as reader:
        assert reader.get(Person, scene.keys["person"]).phone == "+33612345678"


@pytest.mark.parametrize("email", ["inconnue@exemple.fr", "", "ana@exemple.fr, jean@exemple.fr", "x" * 9999])
def test_an_address_that_nobody_here_has_is_nobody(scene: Scene, email: str) -> None:
    recipes.TROUBLE.add("network")
    stranger = visitor(scene, **{"x-network-user": email})
    assert stranger.get("/moi").status_code == 303
    assert "Me connecter" in stranger.get("/connexion").text


def test_a_header_that_comes_twice_is_believed_neither_time(scene: Scene) -> None:
    recipes.TROUBLE.add("network")
    twice = [("x-network-user", NETWORK["x-network-user"]), ("x-network-user", "jean@exemple.fr")]
    assert scene.world.visitor().get("/moi", headers=twice).status_code == 303


def test_somebody_who_left_is_nobody(scene: Scene) -> None:
    recipes.TROUBLE.add("network")
    with scene.world.instance.working() as unit:
        unit.get(Person, scene.keys["person"]).archived_at = unit.now
    assert visitor(scene, **NETWORK).get("/moi").status_code == 303


def test_a_session_of_ours_goes_before_what_a_plugin_says(scene: Scene) -> None:
    client = scene.world.client("administrator", name="Claire Hugon")
    client.headers.update(NETWORK)
    recipes.TROUBLE.add("network")
    recipes.SEEN.clear()
    assert "Claire Hugon" in client.get("/mon-compte").text
    assert "who_is" not in recipes.SEEN


def test_files_that_everybody_may_read_ask_nobody(scene: Scene) -> None:
    client = visitor(scene, **NETWORK)
    client.get("/")
    assert recipes.SEEN.count("who_is") == 1
    assert client.get("/static/core/app.css").status_code == 200
    assert recipes.SEEN.count("who_is") == 1


def test_an_error_page_knows_who_asks(scene: Scene) -> None:
    recipes.TROUBLE.add("network")
    lost = visitor(scene, **NETWORK).get("/nulle-part")
    assert lost.status_code == 404
    assert "Ana Lantier" in lost.text


def test_who_signs_out_is_told_that_the_network_still_knows_her(scene: Scene) -> None:
    recipes.TROUBLE.add("network")
    ana = visitor(scene, **NETWORK)
    assert "Réseau des AMAP" in ana.get("/mon-compte").text
    out = ana.post("/deconnexion")
    assert (out.status_code, out.headers["location"]) == (303, "/mon-compte")
    assert "Vous restez connecté·e par « Réseau des AMAP »" in ana.get("/mon-compte").text
    recipes.TROUBLE.discard("network")
    assert ana.post("/deconnexion").headers["location"] == "/connexion"


def test_a_session_ends_even_if_the_network_still_knows_her(scene: Scene) -> None:
    with scene.world.instance.reading() as reader:
        ana = scene.world.client_of(reader.get(Person, scene.keys["person"]))
    ana.headers.update(NETWORK)
    recipes.TROUBLE.add("network")
    assert ana.post("/deconnexion").headers["location"] == "/mon-compte"
    recipes.TROUBLE.discard("network")
    assert ana.get("/mon-compte").status_code == 303


def test_a_failure_to_say_who_is_there_fails_the_page(scene: Scene) -> None:
    recipes.TROUBLE.add("who_is")
    assert visitor(scene).get("/connexion").status_code == 500
