"""A whole season at 360 pixels: from the list of members in a file to the first cheque, each step in the pages."""

import re
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest
import yaml
from playwright.sync_api import Browser, expect
from sqlalchemy import select

from browser.living import Living, served
from browser.walking import Walker, mailed_link, plain, sign_in_link, walking
from courtil.domain.fields import search_key
from courtil.services import payments, roles
from courtil.services.settings import AmapSettings, write
from courtil.store.contracts import Contract
from courtil.store.people import Household, Person
from subscriptions import an_open_offer

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(300)]

CASES = Path(__file__).parents[1] / "cases"
LIST = CASES / "imports/a10-classeur-maison.xlsx"
TERMS = yaml.safe_load((CASES / "contracts/A01-legumes-6-mois-25-semaines.yaml").read_text())
MEMBER = "ines.gay@example.org"
FIRST = date.today() + timedelta(days=10)


@pytest.fixture
def empty(tmp_path: Path) -> Iterator[Living]:
    """An AMAP that has nothing but its roles and one administrator."""
    with served(tmp_path, demo=False) as living:
        with living.instance.working() as unit:
            write(unit, "amap", AmapSettings(name="AMAP des Tilleuls"))
            hand = unit.add(
                Person(first_name="Hélène", last_name="Abadie", search="helene abadie", email="h@exemple.fr")
            )
            roles.grant(unit, hand, "administrator")
        yield living


def administrator(living: Living) -> int:
    with living.instance.reading() as reader:
        return reader.one(select(Person.id).where(Person.email == "h@exemple.fr"))


def test_a_season_from_the_list_of_members_to_the_first_cheque(browser: Browser, empty: Living) -> None:
    with walking(browser, empty) as admin:
        admin.open(sign_in_link(empty, administrator(empty)))
        admin.press("Me connecter")
        import_the_members(admin)
        plan_the_season(admin)
        add_the_farm(admin)
        add_the_farmer(admin)
        open_the_offer(admin)
        subscribe(browser, empty)
        countersign(browser, empty)
        read_the_evening_sheet(admin)
        note_the_first_cheque(admin)
        assert len(admin.measured) >= 30
        assert admin.clicks <= 40, "a season is prepared in so many presses"


def import_the_members(admin: Walker) -> None:
    admin.open("/personnes")
    admin.sees("1 personne · 0 foyer")
    admin.press("Importer une liste", "link")
    admin.page.locator("[name=cells]").fill("ceci n'est pas une liste")
    assert "Aucun titre de colonne" in admin.refused("Lire ces cellules")
    admin.page.locator("[name=file]").set_input_files(LIST)
    admin.press("Lire ce fichier")
    admin.sees("122 nouveaux foyers", "167 nouvelles personnes")
    admin.press("Écrire 122 foyers")
    admin.sees("122 foyers ajoutés", "168 personnes · 122 foyers")


def plan_the_season(admin: Walker) -> None:
    admin.open("/calendrier")
    admin.press("Ajouter un lieu", "link")
    assert "1 point à corriger" in admin.refused("Ajouter le lieu")
    admin.fill(name="Préau de l’école", city="Saint-Loup", weekday=str(FIRST.weekday()))
    admin.press("Ajouter le lieu")
    admin.sees("Préau de l’école")
    admin.press("Ajouter une saison", "link")
    admin.fill(name="Hiver", starts_on=FIRST.isoformat(), ends_on=(FIRST - timedelta(days=1)).isoformat())
    assert "Le dernier jour vient avant le premier" in admin.refused("Ajouter la saison")
    admin.fill(ends_on=(FIRST + timedelta(weeks=26)).isoformat())
    admin.press("Ajouter la saison")
    admin.sees("Hiver")


def add_the_farm(admin: Walker) -> None:
    admin.open("/fermes")
    admin.press("Ajouter une ferme", "link")
    admin.fill(siret="12")
    assert "2 points à corriger" in admin.refused("Ajouter la ferme")
    admin.fill(name=TERMS["farms"][0], siret="", city="Dax")
    admin.press("Ajouter la ferme")
    option = TERMS["options"][0]
    admin.fill(name=option["name"], unit=option["unit"], price_cents="neuf")
    assert "Écrivez un montant" in admin.refused("Ajouter le produit")
    admin.fill(price_cents=f"{option['price_eur']:.2f}")
    admin.press("Ajouter le produit")
    admin.sees("petit panier", "9,00 €", "Personne ne peut contresigner pour cette ferme")


def add_the_farmer(admin: Walker) -> None:
    admin.open("/personnes")
    admin.press("Ajouter un·e paysan·ne", "link")
    assert "à corriger" in admin.refused("Ajouter cette personne")
    admin.fill(first_name="Rose", last_name="Marty", email="rose@ferme.example")
    admin.press("Ajouter cette personne")
    admin.fill(code="farmer")
    assert "Choisissez la ferme de ce rôle" in admin.refused("Donner ce rôle")
    admin.fill(code="farmer", farm_id="1")
    admin.press("Donner ce rôle")
    admin.sees("Paysan·ne", TERMS["farms"][0])


def open_the_offer(admin: Walker) -> None:
    admin.open("/contrats")
    admin.press("Préparer un contrat", "link")
    admin.fill(places="0")
    assert "2 points à corriger" in admin.refused("Enregistrer et choisir les dates")
    admin.fill(name="Légumes", places="")
    for number in TERMS["payment"]["instalments"]:
        admin.page.get_by_role("checkbox", name=f"{number} fois", exact=True).check()
    admin.press("Enregistrer et choisir les dates")
    admin.fill(first=FIRST.isoformat(), count="500")
    assert "Donnez un nombre de dates" in admin.refused("Proposer ces dates")
    admin.page.get_by_label("Laisser de côté les jours fériés").uncheck()
    admin.fill(first=FIRST.isoformat(), count=str(TERMS["delivery"]["count"]))
    admin.press("Proposer ces dates")
    admin.sees("25 dates choisies")
    admin.press("Enregistrer les dates cochées")
    admin.page.get_by_role("checkbox", name=re.compile("petit panier")).first.check()
    admin.page.locator("input[name^=price-]").fill("beaucoup")
    assert "Écrivez un montant" in admin.refused("Enregistrer les produits")
    admin.page.locator("input[name^=price-]").fill("9,00")
    admin.press("Enregistrer les produits")
    admin.press("Résumé", "link")
    admin.sees("25 livraisons", "en 1, 6 fois")
    admin.press("Ouvrir les souscriptions")
    admin.sees("Ouvert")


def enter_by_mail(walker: Walker, email: str) -> None:
    """Ask for a link, read the mail, press the one button."""
    walker.open("/connexion")
    walker.fill(email="personne")
    walker.refused("Recevoir mon lien")
    walker.fill(email=email)
    walker.press("Recevoir mon lien")
    walker.sees(email)
    walker.page.goto(mailed_link(walker.living, email))
    walker.press("Me connecter")


def subscribe(browser: Browser, living: Living) -> None:
    with walking(browser, living) as member:
        enter_by_mail(member, MEMBER)
        before = member.clicks
        member.open("/mes-contrats")
        member.press("Choisir Légumes", "link")
        assert "à corriger" in member.refused("Continuer vers le paiement")
        member.page.get_by_role("spinbutton", name="petit panier").fill("1")
        expect(member.page.locator("#total")).to_contain_text(re.compile("225,00"))
        member.press("Continuer vers le paiement")
        member.sees("225,00 €", "6 fois : 6 × 37,50 €")
        member.page.evaluate("for (const one of document.querySelectorAll('[type=radio]')) one.checked = false")
        assert "2 points à corriger" in member.refused("Continuer vers la lecture")
        member.page.get_by_label(re.compile("^6 fois")).check()
        member.page.get_by_label("Chèque").check()
        member.press("Continuer vers la lecture")
        member.sees("25", "225,00 €", "37,50 €", "Ferme A01")
        assert "Cochez la case" in member.refused("Signer et m’engager à payer 225,00 €")
        member.page.get_by_label("J’ai relu ce contrat et je l’accepte.").check()
        member.press("Signer et m’engager à payer 225,00 €")
        member.sees("Le contrat est signé", "La ferme n’a pas encore signé", "225,00 €")
        assert plain(member.page.locator("main").inner_text()).count("37,50 €") >= 6
        assert member.clicks - before <= 7, "three refusals included"


def countersign(browser: Browser, living: Living) -> None:
    with walking(browser, living) as farmer:
        enter_by_mail(farmer, "rose@ferme.example")
        farmer.sees(TERMS["farms"][0])
        farmer.open("/ferme/contrats")
        farmer.press("Contresigner", "link")
        farmer.sees("Gay", "225,00 €")
        farmer.page.get_by_role("checkbox", name=re.compile("Gay")).uncheck()
        farmer.refused("Signer les contrats cochés")
        farmer.page.get_by_role("checkbox", name=re.compile("Gay")).check()
        farmer.press("Signer les contrats cochés")
        farmer.sees("Aucun contrat n’attend votre signature")
        farmer.open("/ferme")
        farmer.sees("petit panier", "À apporter", "1 foyer")


def read_the_evening_sheet(admin: Walker) -> None:
    admin.open("/distributions")
    admin.page.locator("main").get_by_role("link").filter(has_text=str(FIRST.day)).first.click()
    admin.press("Feuille du soir", "link")
    admin.sees("Gay", "petit panier", TERMS["farms"][0])


def note_the_first_cheque(admin: Walker) -> None:
    admin.open("/paiements")
    admin.press("Gay", "link")
    admin.sees("225,00 €", "Reste dû")
    admin.fill(cents="0")
    assert "Le montant doit dépasser zéro" in admin.refused("Noter ce paiement")
    admin.fill(cents="37,50", reference="1234567", received_on=date.today().isoformat())
    admin.press("Noter ce paiement")
    admin.sees("Reçu 37,50 €", "Reste dû 187,50 €", "Payée", "1234567")
    admin.open("/paiements/fermes")
    admin.sees("225,00 €", "37,50 €", "187,50 €")
    with admin.living.instance.reading() as reader:
        assert payments.agreement(reader) == []


@pytest.fixture(scope="module")
def village(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Living]:
    """An AMAP with an open offer and two households."""
    with served(tmp_path_factory.mktemp("village"), demo=False) as living:
        with living.instance.working() as unit:
            write(unit, "amap", AmapSettings(name="AMAP des Tilleuls"))
            an_open_offer(unit)
            for name in ("Duval", "Morel"):
                home = unit.add(Household(name=name, search=search_key(name)))
                email = f"{name.lower()}@exemple.fr"
                unit.add(
                    Person(first_name="Ana", last_name=name, search=search_key(name), household_id=home.id, email=email)
                )
        yield living


def person_of(living: Living, email: str) -> int:
    with living.instance.reading() as reader:
        return reader.one(select(Person.id).where(Person.email == email))


def state_of(living: Living, email: str) -> str:
    """Where the one contract of the person's household stands."""
    with living.instance.reading() as reader:
        household = select(Person.household_id).where(Person.email == email).scalar_subquery()
        return reader.one(select(Contract).where(Contract.household_id == household)).state


def test_subscribing_needs_no_script(browser: Browser, village: Living) -> None:
    with walking(browser, village, java_script_enabled=False) as member:
        page = member.page
        page.goto(village.url + sign_in_link(village, person_of(village, "duval@exemple.fr")))
        page.get_by_role("button", name="Me connecter").click()
        page.goto(f"{village.url}/mes-contrats")
        page.get_by_role("link", name="Choisir Légumes").click()
        page.get_by_role("spinbutton", name="Panier moyen").fill("2")
        page.get_by_role("button", name="Calculer le total").click()
        expect(page.locator("#total")).to_contain_text(re.compile(r"100,00"))
        page.get_by_role("button", name="Continuer vers le paiement").click()
        page.get_by_label(re.compile("^1 fois")).check()
        page.get_by_label("Chèque").check()
        page.get_by_role("button", name="Continuer vers la lecture").click()
        page.get_by_label("J’ai relu ce contrat et je l’accepte.").check()
        page.get_by_role("button", name=re.compile("^Signer et m’engager à payer")).click()
        expect(page.locator("main")).to_contain_text("Le contrat est signé")
    assert state_of(village, "duval@exemple.fr") == "signed_member"


def test_subscribing_needs_no_mouse(browser: Browser, village: Living) -> None:
    email = "morel@exemple.fr"
    with walking(browser, village, (1280, 800)) as member:
        keys = Keys(member)
        keys.open(f"{village.url}/connexion")
        keys.type("Votre adresse e-mail", email)
        keys.press("Recevoir mon lien")
        keys.open(mailed_link(village, email))
        keys.press("Me connecter")
        keys.press("Mes contrats")
        keys.press("Choisir Légumes")
        keys.type("Panier moyen", "1")
        keys.press("Continuer vers le paiement")
        keys.choose("3 fois")
        keys.choose("Chèque")
        keys.press("Continuer vers la lecture")
        keys.tick("J’ai relu ce contrat et je l’accepte.")
        keys.press("Signer et m’engager à payer")
        member.sees("Le contrat est signé")
    assert state_of(village, email) == "signed_member"


class Keys:
    """Hands that have no mouse: Tab until there, then type, Space or Enter."""

    MOST = 60

    def __init__(self, walker: Walker) -> None:
        self.page = walker.page

    def open(self, address: str) -> None:
        """An address typed in the bar, then straight to the content."""
        self.page.goto(address)
        self.page.keyboard.press("Tab")
        assert self.focused().strip() == "Aller au contenu"
        self.page.keyboard.press("Enter")

    def reach(self, words: str, kind: str) -> None:
        """Tab until the thing of this kind and name has the focus, which must show."""
        for _ in range(self.MOST):
            self.page.keyboard.press("Tab")
            if words in self.focused() and self.page.evaluate(MATCHES, kind):
                assert self.page.evaluate(SHOWS_FOCUS), f"the focus on “{words}” cannot be seen"
                return
        pytest.fail(f"“{words}” is not reached with Tab on {self.page.url}")

    def focused(self) -> str:
        """The words of what has the focus."""
        return plain(self.page.evaluate(NAME_OF_FOCUS))

    def press(self, words: str) -> None:
        self.reach(words, "a, button")
        with self.page.expect_navigation():
            self.page.keyboard.press("Enter")

    def type(self, words: str, text: str) -> None:
        self.reach(words, "input")
        self.page.keyboard.press("Control+A")
        self.page.keyboard.type(text)

    def tick(self, words: str) -> None:
        self.reach(words, "[type=checkbox]")
        self.page.keyboard.press("Space")

    def choose(self, words: str) -> None:
        """One of a group of radio buttons: Tab into the group, arrows inside it."""
        group = self.page.get_by_role("radiogroup").filter(has_text=words)
        self.reach(plain(group.locator("label").first.inner_text()), "[type=radio]")
        for _ in range(10):
            self.page.keyboard.press("Space")
            if words in self.focused():
                return
            self.page.keyboard.press("ArrowDown")
        pytest.fail(f"“{words}” is not reached with the arrows")


MATCHES = "kind => document.activeElement.matches(kind)"
NAME_OF_FOCUS = """() => {
  const one = document.activeElement;
  const labels = one.labels ? [...one.labels].map((label) => label.innerText) : [];
  return [one.getAttribute("aria-label") || "", ...labels, one.innerText || ""].join(" ");
}"""

SHOWS_FOCUS = """() => {
  const all = [document.activeElement, document.activeElement.closest("label")].filter(Boolean).map(getComputedStyle);
  return all.some((style) => (style.outlineStyle !== "none" && style.outlineWidth !== "0px") || style.boxShadow !== "none");
}"""
