"""The next season from the last, counted in clicks, with the farm's approval in between."""

import re
from collections.abc import Iterator
from datetime import date, timedelta

import pytest
from playwright.sync_api import Browser
from sqlalchemy import select

from browser.living import Living, served
from browser.walking import Walker, sign_in_link, walking
from courtil.domain.states import OfferState
from courtil.services import offers, roles
from courtil.services.settings import AmapSettings, write
from courtil.store.calendar import Season
from courtil.store.offers import Offer
from courtil.store.people import Person
from courtil_contracts import plugin
from subscriptions import a_garden, an_open_offer

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(300)]

MOST_CLICKS = 12
"""From the list of contracts to the next season's, open; a new season, the dates and the farm's approval included."""


@pytest.fixture
def village(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Living]:
    """A farm whose two contracts run, one coordinator, one farmer; the farm approves before anything opens."""
    with served(tmp_path_factory.mktemp("village"), demo=False) as living, living.instance.working() as unit:
        write(unit, "amap", AmapSettings(name="AMAP des Tilleuls", school_zone="A"))
        garden = a_garden(unit)
        for name in ("Légumes", "Miel"):
            an_open_offer(unit, garden=garden, name=name)
        for name, role, farm_id in (("Abadie", "administrator", None), ("Marty", "farmer", garden.farm_id)):
            person = unit.add(
                Person(first_name="Rose", last_name=name, search=name.lower(), email=f"{name.lower()}@exemple.fr")
            )
            roles.grant(unit, person, role, farm_id)
    with served(living.instance.config.folder, demo=False, on=[plugin]) as living:
        yield living


def entered(living: Living, walker: Walker, last_name: str) -> None:
    """Sign in by a link."""
    with living.instance.reading() as reader:
        key = reader.one(select(Person.id).where(Person.last_name == last_name))
    walker.open(sign_in_link(living, key))
    walker.press("Me connecter")
    walker.clicks = 0


def test_the_next_season_of_a_farm_takes_twelve_clicks(browser: Browser, village: Living) -> None:
    with walking(browser, village) as hand, walking(browser, village) as farmer:
        entered(village, hand, "Abadie")
        a_new_season(hand)
        both_contracts_again(hand)
        sent_to_the_farm(hand)
        approved(village, farmer)
        hand.page.reload()
        hand.sees("La ferme est d’accord", "Très bien")
        hand.press("Ouvrir les souscriptions")
        hand.sees("Ouvert")
        assert hand.clicks <= MOST_CLICKS
    with village.instance.reading() as reader:
        season = reader.one(select(Season).where(Season.name == "Suite"))
        states = dict(reader.rows(select(Offer.name, Offer.state).where(Offer.season_id == season.id)))
        legumes = reader.one(select(Offer.id).where(Offer.season_id == season.id, Offer.name == "Légumes"))
        assert len(offers.offer(reader, legumes).dates) == 4
    assert states == {"Légumes": OfferState.OPEN, "Miel": OfferState.DRAFT}


def a_new_season(hand: Walker) -> None:
    hand.open("/calendrier")
    hand.press("Ajouter une saison", "link")
    first = date.today() + timedelta(days=40)
    hand.fill(name="Suite", starts_on=first.isoformat(), ends_on=(first + timedelta(days=180)).isoformat())
    hand.press("Ajouter la saison")


def both_contracts_again(hand: Walker) -> None:
    hand.open("/contrats")
    hand.press("Légumes", "link")
    hand.press("Reconduire pour une autre saison", "link")
    hand.page.get_by_role("checkbox", name="Miel").check()
    hand.clicks += 1
    hand.press("Créer le nouveau contrat")
    hand.sees("1 autre contrat de la ferme est reconduit", "4 dates choisies")


def sent_to_the_farm(hand: Walker) -> None:
    hand.press("Résumé", "link")
    hand.sees("La ferme n’a pas encore donné son accord")
    hand.press("Envoyer à la ferme pour relecture")
    hand.sees("La ferme le relit")


def approved(living: Living, farmer: Walker) -> None:
    entered(living, farmer, "Marty")
    farmer.sees("Contrat à relire : Légumes")
    farmer.press("Lire et répondre", "link")
    farmer.sees("4 livraisons", "Panier moyen", "12,50 €", "Tous les produits viennent à chaque livraison")
    assert "Écrivez ce qu’il faut changer" in farmer.refused("Demander des changements")
    farmer.fill(word="Très bien")
    farmer.press("Approuver ce contrat")
    farmer.sees("Merci : la coordination peut ouvrir ce contrat.")
    before = farmer.clicks
    farmer.page.locator("main").get_by_role("link", name=re.compile("Prochaine livraison")).first.click()
    farmer.page.wait_for_url(re.compile("/ferme"))
    assert farmer.clicks - before <= 1, "the quantities of the next delivery are one tap away"
