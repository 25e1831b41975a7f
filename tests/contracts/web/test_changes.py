"""Pages of changes after signing: shown before they are done, undone from the message, and nobody else's."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

import pytest
from starlette.testclient import TestClient

from conftest import World
from contracts.changing import a_changeable_offer, a_contract, deliveries_of, lines_of
from courtil.services import contracts, plugins
from courtil.services.instance import Instance
from courtil.store.deliveries import Delivery
from courtil.store.people import Person
from courtil.testing.clock import Clock
from courtil_contracts.services import hazards
from courtil_contracts.tables import ContractChange
from subscriptions import Garden, a_garden, an_open_offer, products_of


@dataclass
class Scene:
    """Lantier and Macquart have signed; the pages of Lantier's contract."""

    world: World
    garden: Garden
    offer_id: int
    key: int
    owner: Person
    other: Person
    days: list[int]

    @property
    def root(self) -> str:
        return f"/x/contracts/changer/{self.key}"

    def client(self) -> TestClient:
        return self.world.client_of(self.owner)

    def lines(self) -> list[tuple[int, str]]:
        with self.world.instance.reading() as reader:
            return lines_of(contracts.contract(reader, self.key))

    def worth(self) -> int:
        with self.world.instance.reading() as reader:
            return contracts.worth(contracts.contract(reader, self.key))

    def changes(self) -> list[str]:
        with self.world.instance.reading() as reader:
            return [one.state.value for one in reader.session.query(ContractChange).order_by(ContractChange.id)]


NewScene = Callable[..., Scene]


@pytest.fixture
def new_scene(with_contracts: Instance, world: World) -> NewScene:
    def made(*kinds: str, **bounds: object) -> Scene:
        with world.instance.working() as unit:
            garden = a_garden(unit)
            offer_id = a_changeable_offer(unit, *kinds, garden=garden, **bounds)
            key, owner = a_contract(unit, offer_id, "Lantier")
            _other_key, other = a_contract(unit, offer_id, "Macquart")
            return Scene(world, garden, offer_id, key, owner, other, deliveries_of(unit, key))

    return made


@pytest.fixture
def scene(new_scene: NewScene) -> Scene:
    return new_scene(money="credited")


def hidden(html: str) -> dict[str, str]:
    """The hidden fields of the last form of the page."""
    form = html.rsplit('<form method="post"', 1)[1]
    return dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', form))


def undo_of(client: TestClient, url: str) -> str:
    """Where the message of the page sends who changes her mind."""
    found = re.search(r'action="(/x/contracts/(?:changements|manques)/\d+/annuler)"', client.get(url).text)
    assert found is not None
    return found[1]


def test_each_basket_that_may_change_leads_to_its_choices(scene: Scene) -> None:
    client, day = scene.client(), f'href="{scene.root}/date/'
    listed = client.get("/mes-paniers").text
    assert [f"{day}{one}" in listed for one in scene.days] == [True] * 4
    assert f"{day}{scene.days[0]}" in client.get("/moi").text


def test_from_the_contract_to_an_absence_and_back(scene: Scene) -> None:
    client = scene.client()
    assert f'href="{scene.root}"' in client.get(f"/contrat/{scene.key}").text
    listed = client.get(scene.root)
    assert listed.text.count("1\u00a0×\u00a0Panier moyen") == 4
    day = client.get(f"{scene.root}/date/{scene.days[0]}")
    address = f"{scene.root}/absence?delivery={scene.days[0]}"
    assert address in day.text
    seen = client.get(address)
    assert ["50,00" in seen.text, "37,50" in seen.text, "Prochains paiements" in seen.text] == [True] * 3
    assert scene.lines() == [(1, "due")] * 4
    done = client.post(f"{scene.root}/absence", data=hidden(seen.text))
    assert (done.status_code, done.headers["location"]) == (303, scene.root)
    assert (scene.lines()[0], scene.worth()) == ((1, "credited"), 3_750)
    undo = undo_of(client, scene.root)
    assert client.post(undo).status_code == 303
    assert (scene.lines()[0], scene.worth()) == ((1, "due"), 5_000)
    assert "tout est comme avant" in client.get(scene.root).text


def test_posting_twice_changes_once(scene: Scene) -> None:
    client = scene.client()
    for kind in ("absence", "donation"):
        fields = hidden(client.get(f"{scene.root}/{kind}?delivery={scene.days[scene.changes().count('done')]}").text)
        assert client.post(f"{scene.root}/{kind}", data=fields).status_code == 303
        assert client.post(f"{scene.root}/{kind}", data=fields).status_code in (409, 422)
    assert scene.changes() == ["done", "done"]


def test_a_form_opened_before_another_change_is_refused(scene: Scene) -> None:
    client = scene.client()
    first = hidden(client.get(f"{scene.root}/absence?delivery={scene.days[0]}").text)
    second = hidden(client.get(f"{scene.root}/absence?delivery={scene.days[1]}").text)
    assert client.post(f"{scene.root}/absence", data=first).status_code == 303
    assert client.post(f"{scene.root}/absence", data=second).status_code == 409
    assert scene.lines()[1] == (1, "due")


def test_a_report_is_chosen_then_seen(scene: Scene) -> None:
    client = scene.client()
    form = client.get(f"{scene.root}/report?delivery={scene.days[0]}")
    assert form.text.count('name="target"') == 3
    assert "double livraison" in form.text
    ask = {"delivery": str(scene.days[0]), "target": str(scene.days[1])}
    seen = client.post(f"{scene.root}/report/apercu", data=ask)
    assert ["2\u00a0×\u00a0Panier moyen" in seen.text, "inchangé" in seen.text] == [True, True]
    assert scene.lines() == [(1, "due")] * 4
    assert client.post(f"{scene.root}/report", data=hidden(seen.text)).status_code == 303
    assert scene.lines() == [(2, "due"), (1, "due"), (1, "due")]


def test_quantities_are_typed_then_seen(scene: Scene) -> None:
    client = scene.client()
    with scene.world.instance.reading() as reader:
        basket, honey = products_of(reader, scene.offer_id)
    assert f'name="q-{basket}"' in client.get(f"{scene.root}/quantity?delivery={scene.days[2]}").text
    typed = {"delivery": str(scene.days[2]), "look": "1", f"q-{basket}": "0", f"q-{honey}": "2"}
    seen = client.post(f"{scene.root}/quantity/apercu", data=typed)
    assert "2\u00a0×\u00a0Miel" in seen.text
    assert client.post(f"{scene.root}/quantity", data=hidden(seen.text)).status_code == 303
    assert scene.worth() == 2 * 1_250 + 4 * 700
    for wrong in ("x", "100", "-1"):
        again = client.post(f"{scene.root}/quantity/apercu", data=typed | {f"q-{basket}": wrong})
        assert again.status_code == 422
        assert f'value="{wrong}"' in again.text


def test_a_basket_is_composed_anew_then_seen(new_scene: NewScene) -> None:
    scene = new_scene("exchange", points=(2, 1))
    client = scene.client()
    with scene.world.instance.reading() as reader:
        basket, honey = products_of(reader, scene.offer_id)
    assert "il doit valoir 2 points" in client.get(f"{scene.root}/exchange?delivery={scene.days[2]}").text
    typed = {"delivery": str(scene.days[2]), "look": "1", f"q-{basket}": "0", f"q-{honey}": "1"}
    refused = client.post(f"{scene.root}/exchange/apercu", data=typed)
    assert (refused.status_code, "ajoutez-en pour 1 point" in refused.text) == (422, True)
    assert f'value="{typed[f"q-{honey}"]}"' in refused.text
    seen = client.post(f"{scene.root}/exchange/apercu", data=typed | {f"q-{honey}": "2"})
    assert ["2\u00a0×\u00a0Miel" in seen.text, "inchangé" in seen.text] == [True, True]
    assert client.post(f"{scene.root}/exchange", data=hidden(seen.text)).status_code == 303
    assert (scene.worth(), scene.lines()[2]) == (5_000, (2, "due"))
    undo = undo_of(client, scene.root)
    assert client.post(undo).status_code == 303
    assert scene.lines() == [(1, "due")] * 4


def test_a_basket_is_proposed_taken_and_told_at_the_evening(scene: Scene) -> None:
    client, taker = scene.client(), scene.world.client_of(scene.other)
    unknown = {"delivery": str(scene.days[0]), "to": "Personne", "target": "", "note": ""}
    assert "Aucun foyer ne porte ce nom" in client.post(f"{scene.root}/handover/apercu", data=unknown).text
    seen = client.post(f"{scene.root}/handover/apercu", data=unknown | {"to": "macquart", "note": "Bon appétit"})
    assert "rien ne change" in seen.text
    assert client.post(f"{scene.root}/handover", data=hidden(seen.text)).status_code == 303
    asked = taker.get("/moi").text
    assert ["Lantier" in asked, "Bon appétit" in asked, "Je le prends" in asked] == [True] * 3
    assert "Je le prends" not in scene.world.client("member").get("/moi").text
    [accept] = re.findall(r'action="(/x/contracts/changements/\d+/accepter)"', asked)
    assert client.post(accept).status_code == 404
    assert scene.world.client("member", "administrator").post(accept).status_code == 404
    assert taker.post(accept).status_code == 303
    assert "Vous prenez le panier du foyer Lantier" in taker.get("/moi").text
    with scene.world.instance.reading() as reader:
        evening = reader.get(Delivery, scene.days[0]).distribution_id
    coordination = scene.world.client("administrator")
    assert "Macquart prend le panier de Lantier" in coordination.get(f"/distributions/{evening}").text
    assert "Macquart prend votre panier" in client.get("/moi").text
    assert "Je ne peux plus le prendre" in taker.get("/moi").text
    assert taker.post(accept.replace("accepter", "annuler")).status_code == 303
    assert "Macquart prend" not in coordination.get(f"/distributions/{evening}").text


def test_a_basket_is_left_to_its_household(scene: Scene) -> None:
    client, taker = scene.client(), scene.world.client_of(scene.other)
    typed = {"delivery": str(scene.days[0]), "to": "Macquart", "target": str(scene.days[1])}
    seen = client.post(f"{scene.root}/handover/apercu", data=typed)
    client.post(f"{scene.root}/handover", data=hidden(seen.text))
    asked = taker.get("/moi").text
    assert "En échange" in asked
    [decline] = re.findall(r'action="(/x/contracts/changements/\d+/refuser)"', asked)
    assert taker.post(decline).status_code == 303
    assert scene.changes() == ["refused"]
    assert taker.post(decline).headers["location"] == "/moi"
    assert "déjà sa réponse" in taker.get("/moi").text


def addresses(scene: Scene, change_id: int) -> list[tuple[str, str]]:
    delivery = f"delivery={scene.days[0]}"
    return [
        ("GET", scene.root), ("GET", f"{scene.root}/date/{scene.days[0]}"), ("GET", f"{scene.root}/absence?{delivery}"),
        ("POST", f"{scene.root}/absence/apercu"), ("POST", f"{scene.root}/absence"),
        ("POST", f"/x/contracts/changements/{change_id}/annuler"),
        ("POST", f"/x/contracts/changements/{change_id}/accepter"),
        ("POST", f"/x/contracts/changements/{change_id}/refuser"),
    ]  # fmt: skip


def test_what_is_not_yours_is_not_there(scene: Scene) -> None:
    fields = hidden(scene.client().get(f"{scene.root}/donation?delivery={scene.days[0]}").text)
    scene.client().post(f"{scene.root}/donation", data=fields)
    with scene.world.instance.working() as unit:
        elsewhere = a_garden(unit)
    strangers = (
        scene.world.client("member"), scene.world.client_of(scene.other),
        scene.world.client("referent", farm_id=elsewhere.farm_id),
        scene.world.client("farmer", farm_id=scene.garden.farm_id), scene.world.client("treasurer"),
    )  # fmt: skip
    for client in strangers:
        for method, url in addresses(scene, 1):
            assert client.request(method, url, data={"delivery": str(scene.days[0])}).status_code == 404, (method, url)
    visitor = scene.world.visitor()
    for method, url in addresses(scene, 1):
        assert visitor.request(method, url).status_code == (303 if method == "GET" else 401)
    assert scene.changes() == ["done"]


@pytest.mark.parametrize("tail", ["/absence", "/absence?delivery=x", "/absence?delivery=99999", "/lottery?delivery=1"])
def test_what_does_not_exist_is_not_there(scene: Scene, tail: str) -> None:
    assert scene.client().get(scene.root + tail).status_code == 404
    assert scene.client().get(f"/x/contracts/changer/{10**12}").status_code == 404


def test_a_coordinator_changes_for_a_household_even_late(scene: Scene, clock: Clock) -> None:
    with scene.world.instance.reading() as reader:
        day = contracts.first_day(contracts.contract(reader, scene.key))
    assert day is not None
    clock.set(day - timedelta(days=1))
    own = scene.client().get(f"{scene.root}/absence?delivery={scene.days[0]}")
    assert "Trop tard" in own.text
    client = scene.world.client("referent", farm_id=scene.garden.farm_id)
    seen = client.get(f"{scene.root}/absence?delivery={scene.days[0]}")
    assert client.post(f"{scene.root}/absence", data=hidden(seen.text)).status_code == 303
    assert client.post(undo_of(client, scene.root)).status_code == 303
    assert scene.lines() == [(1, "due")] * 4


def test_what_is_too_late_to_undo_has_no_button(scene: Scene, clock: Clock) -> None:
    client = scene.client()
    client.post(f"{scene.root}/absence", data=hidden(client.get(f"{scene.root}/absence?delivery={scene.days[0]}").text))
    client.get(scene.root)
    assert "/annuler" in client.get(scene.root).text
    with scene.world.instance.reading() as reader:
        day = contracts.first_day(contracts.contract(reader, scene.key))
    assert day is not None
    clock.set(day + timedelta(days=1))
    page = client.get(scene.root).text
    assert ["Absence le" in page, "/x/contracts/changements/" in page] == [True, False]
    answer = client.post("/x/contracts/changements/1/annuler")
    assert answer.headers["location"] == scene.root
    assert "passée" in client.get(scene.root).text


def test_a_coordinator_takes_an_accepted_handover_back(scene: Scene) -> None:
    typed = {"delivery": str(scene.days[0]), "to": "Macquart", "target": ""}
    scene.client().post(f"{scene.root}/handover", data=typed)
    scene.world.client_of(scene.other).post("/x/contracts/changements/1/accepter")
    assert scene.changes() == ["accepted"]
    referent = scene.world.client("referent", farm_id=scene.garden.farm_id)
    assert referent.post("/x/contracts/changements/1/annuler").status_code == 303
    assert scene.changes() == ["undone"]


def test_where_nothing_may_change_nothing_is_drawn(scene: Scene) -> None:
    with scene.world.instance.working() as unit:
        key, owner = a_contract(unit, an_open_offer(unit), "Froment")
    client = scene.world.client_of(owner)
    page = client.get(f"/contrat/{key}")
    assert page.status_code == 200
    assert "/x/contracts/" not in page.text
    assert client.get(f"/x/contracts/changer/{key}").status_code == 404


def test_an_allowed_kind_alone_is_proposed(new_scene: NewScene) -> None:
    scene = new_scene("donation")
    client = scene.client()
    page = client.get(f"{scene.root}/date/{scene.days[0]}").text
    assert ["donation?" in page, "absence?" in page] == [True, False]
    assert client.get(f"{scene.root}/absence?delivery={scene.days[0]}").status_code == 404
    assert client.post(f"{scene.root}/absence", data={"delivery": str(scene.days[0])}).status_code in (404, 422)


def test_a_coordinator_says_what_is_short_and_takes_it_back(scene: Scene) -> None:
    url = f"/x/contracts/livraison/{scene.days[0]}/manque"
    client = scene.world.client("referent", farm_id=scene.garden.farm_id)
    with scene.world.instance.reading() as reader:
        evening = reader.get(Delivery, scene.days[0]).distribution_id
        basket, _honey = products_of(reader, scene.offer_id)
    assert url in client.get(f"/distributions/{evening}").text
    assert "Panier moyen" in client.get(url).text
    typed = {"product": str(basket), "fewer": "1", "money": "credited", "target": str(scene.days[1]), "note": "Gel"}
    assert client.post(f"{url}/apercu", data=typed | {"fewer": "0"}).status_code == 422
    seen = client.post(f"{url}/apercu", data=typed)
    assert ["Lantier" in seen.text, "Macquart" in seen.text, "25,00" in seen.text] == [True] * 3
    assert scene.lines() == [(1, "due")] * 4
    stamp = re.findall(r'name="stamp" value="([^"]+)"', seen.text)
    done = client.post(url, data=typed | {"stamp": stamp[0]})
    assert done.status_code == 303
    assert scene.lines()[0] == (1, "credited")
    assert client.post(url, data=typed | {"stamp": stamp[0]}).status_code in (409, 422)
    assert client.post(undo_of(client, url)).status_code == 303
    assert scene.lines() == [(1, "due")] * 4


def test_hazards_are_said_by_who_looks_after_the_farm(scene: Scene) -> None:
    with scene.world.instance.working() as unit:
        elsewhere = a_garden(unit)
        basket, _honey = products_of(unit, scene.offer_id)
        wanted = hazards.Shortfall(scene.days[0], basket, 1, hazards.MONEY[0])
        made = hazards.hazard(unit, wanted).id
    url, undo = f"/x/contracts/livraison/{scene.days[0]}/manque", f"/x/contracts/manques/{made}/annuler"
    other = scene.world.client("referent", farm_id=elsewhere.farm_id)
    assert [other.get(url).status_code, other.post(url).status_code, other.post(undo).status_code] == [404] * 3
    for client in (scene.client(), scene.world.client("farmer", farm_id=scene.garden.farm_id)):
        assert [client.get(url).status_code, client.post(url).status_code, client.post(undo).status_code] == [403] * 3


def test_off_means_off(scene: Scene) -> None:
    plugins.switch_off(scene.world.instance, "contracts")
    assert "/x/contracts/" not in scene.client().get(f"/contrat/{scene.key}").text
    assert scene.client().get(scene.root).status_code == 404
