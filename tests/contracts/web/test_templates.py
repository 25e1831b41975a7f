"""The pages of templates: written article by article, seen before they are kept, for whom writes every farm's offers."""

import html
import re

import pytest
from starlette.testclient import TestClient

from conftest import World
from contracts.offers import an_offer, write_terms
from contracts.web.test_terms import fields
from courtil.api import DEFAULT_ARTICLES, Article
from courtil.services.instance import Instance
from courtil_contracts.services import templates
from courtil_contracts.services.terms import terms_of

ROOT = "/x/contracts/modeles"


@pytest.fixture
def boss(with_contracts: Instance, world: World) -> TestClient:
    return world.client("administrator", name="Ada Blanchot")


def typed(page: str) -> dict[str, str]:
    """What the form would send: its fields and its texts."""
    texts = re.findall(r'<textarea name="([^"]+)"[^>]*>(.*?)</textarea>', page, re.DOTALL)
    return fields(page) | {name: html.unescape(text) for name, text in texts}


def names(instance: Instance) -> list[str]:
    with instance.reading() as reader:
        return [one.name for one in templates.templates(reader)]


def said(instance: Instance) -> list[Article]:
    with instance.reading() as reader:
        [row] = templates.templates(reader)
        return templates.articles_of(row.articles)


def add(boss: TestClient, **changes: str) -> str:
    """Add a template of the text of the AMAP, changed so; where it stands."""
    form = typed(boss.get(f"{ROOT}/nouveau").text) | {"name": "Le nôtre"} | changes
    answer = boss.post(f"{ROOT}/nouveau", data=form)
    assert answer.status_code == 303
    return str(answer.headers["location"])


def test_one_starts_from_the_text_of_the_amap(boss: TestClient, with_contracts: Instance) -> None:
    add(boss)
    assert said(with_contracts) == list(DEFAULT_ARTICLES)
    assert "Le nôtre" in boss.get(ROOT).text


def test_the_words_are_listed_with_what_they_become(boss: TestClient) -> None:
    page = boss.get(f"{ROOT}/nouveau").text
    assert re.search(r"<strong>{ferme}</strong> ?: ?la ferme, avec son adresse et son SIRET", page.replace("\xa0", " "))
    assert "(obligatoire)" in page


def test_an_article_is_added_moved_and_removed(boss: TestClient, with_contracts: Instance) -> None:
    added = {"article-10-heading": "Les voisins", "article-10-text": "Un.\r\n\r\nDeux.", "article-10-place": "1"}
    address = add(boss, **added)
    form = typed(boss.get(address).text)
    assert [one.heading for one in said(with_contracts)][:3] == ["Les parties", "Les voisins", "L’objet"]
    assert boss.post(address, data=form | {"article-1-heading": "", "article-1-text": " "}).status_code == 303
    assert said(with_contracts) == list(DEFAULT_ARTICLES)


def test_an_example_is_shown_and_nothing_is_kept(boss: TestClient, with_contracts: Instance) -> None:
    with with_contracts.working() as unit:
        an_offer(unit, "contracts.same", [900], name="Légumes de Zoé")
    form = typed(boss.get(f"{ROOT}/nouveau").text) | {"name": "Le nôtre", "article-5-text": "Le <b>risque</b> {lieu}"}
    page = boss.post(f"{ROOT}/apercu", data=form)
    assert page.status_code == 200
    assert "Contrat d’engagement « Légumes de Zoé »" in page.text
    assert "Le &lt;b&gt;risque&lt;/b&gt; Préau" in page.text
    assert 'value="Le nôtre"' in page.text
    assert names(with_contracts) == []


@pytest.mark.parametrize("where", ["apercu", "nouveau"])
def test_what_is_wrong_is_told_beside_the_article_with_what_was_typed(
    boss: TestClient, with_contracts: Instance, where: str
) -> None:
    form = typed(boss.get(f"{ROOT}/nouveau").text) | {"name": "Le nôtre", "article-3-text": "Voici {prxi}"}
    page = boss.post(f"{ROOT}/{where}", data=form)
    assert page.status_code == 422
    assert "Il manque « {prix} » : la loi veut le prix de chaque produit et le total." in page.text
    assert "Voici {prxi}</textarea>" in page.text
    assert re.search(r"<details open>\s*<summary>Les produits et le prix", page.text)
    assert names(with_contracts) == []


@pytest.mark.parametrize("changes", [{"name": ""}, {"article-0-place": "x"}, {"article-0-heading": "a" * 151}])
def test_what_cannot_be_read_is_told(boss: TestClient, with_contracts: Instance, changes: dict[str, str]) -> None:
    form = typed(boss.get(f"{ROOT}/nouveau").text) | {"name": "Le nôtre"} | changes
    assert boss.post(f"{ROOT}/nouveau", data=form).status_code == 422
    assert names(with_contracts) == []


def test_the_second_of_two_writers_is_told_and_her_text_is_kept(boss: TestClient, with_contracts: Instance) -> None:
    address = add(boss)
    form = typed(boss.get(address).text)
    assert boss.post(address, data=form | {"article-5-text": "Ensemble."}).status_code == 303
    page = boss.post(address, data=form | {"article-5-text": "Chacun."})
    assert (page.status_code, "entre-temps" in page.text, "Chacun.</textarea>" in page.text) == (422, True, True)


def test_a_change_is_taken_back(boss: TestClient, with_contracts: Instance) -> None:
    address = add(boss)
    boss.post(address, data=typed(boss.get(address).text) | {"article-5-text": "Ensemble."})
    assert "Revenir à la version d’avant" in boss.get(address).text
    assert boss.post(f"{address}/revenir").status_code == 303
    assert said(with_contracts) == list(DEFAULT_ARTICLES)


def test_a_template_is_copied_archived_and_brought_back(boss: TestClient, with_contracts: Instance) -> None:
    address = add(boss, **{"article-5-text": "Ensemble."})
    key = address.rsplit("/", 1)[1]
    assert "Ensemble.</textarea>" in boss.get(f"{ROOT}/nouveau?copie={key}").text
    assert boss.post(f"{address}/archiver").status_code == 303
    assert names(with_contracts) == []
    assert boss.post(f"{address}/retablir").status_code == 303
    assert names(with_contracts) == ["Le nôtre"]


def test_an_offer_chooses_its_template_among_its_terms(boss: TestClient, with_contracts: Instance) -> None:
    with with_contracts.working() as unit:
        offer = an_offer(unit, "contracts.same", [900], name="Légumes")
    address, terms = add(boss), f"/x/contracts/offre/{offer.id}"
    form = fields(boss.get(terms).text)
    assert form["whole-template_id"] == ""
    assert boss.post(terms, data=form | {"whole-template_id": "999"}).status_code == 422
    assert boss.post(terms, data=form | {"whole-template_id": address.rsplit("/", 1)[1]}).status_code == 303
    with with_contracts.reading() as reader:
        assert terms_of(reader, offer.id).template_id is not None
    page = boss.get(address).text
    assert "Utilisé par : Légumes." in page
    assert "Archiver ce modèle" not in page
    boss.post(f"{address}/archiver")
    assert names(with_contracts) == ["Le nôtre"]


def test_it_stands_in_the_coordination_though_no_entry_leads_there(with_contracts: Instance, world: World) -> None:
    boss = world.client("administrator", "member", name="Ada Blanchot")
    assert re.findall(r'aria-current="true">([^<]*)', boss.get("/x/contracts/modeles").text) == ["Coordination"]
    assert re.findall(r'aria-current="true">([^<]*)', boss.get("/x/contracts/calendrier").text) == ["Amapien·ne"]


def test_a_referent_of_one_farm_chooses_but_does_not_write(with_contracts: Instance, world: World) -> None:
    with with_contracts.working() as unit:
        offer = an_offer(unit, "contracts.same", [900])
        key = templates.create(unit, "Le nôtre", DEFAULT_ARTICLES).id
        write_terms(unit, offer, template_id=key)
    referent = world.client("referent", farm_id=offer.farm_id)
    assert "Le nôtre" in referent.get(f"/x/contracts/offre/{offer.id}").text
    assert referent.get(ROOT).status_code == 200
    for path in (f"{ROOT}/nouveau", f"{ROOT}/{key}"):
        assert referent.get(path).status_code == 404
        assert referent.post(path, data={"name": "Autre"}).status_code == 404
    for path in (f"{ROOT}/apercu", f"{ROOT}/{key}/revenir", f"{ROOT}/{key}/archiver", f"{ROOT}/{key}/retablir"):
        assert referent.post(path).status_code == 404


def test_households_and_farms_have_no_business_there(with_contracts: Instance, world: World) -> None:
    with with_contracts.working() as unit:
        farm_id = an_offer(unit, "contracts.same", [900]).farm_id
    assert world.client("member").get(ROOT).status_code == 403
    assert world.client("farmer", name="Rose Marty", farm_id=farm_id).get(ROOT).status_code == 403
