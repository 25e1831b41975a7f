"""Languages: French by default, English for a browser that asks for it first; what is kept or sent stays French."""

import email.policy
import re
from datetime import UTC, date, datetime, time

import pytest
from sqlalchemy import select
from starlette.testclient import TestClient

from conftest import World
from courtil.domain.dates import clock, long_day
from courtil.domain.money import format_euros
from courtil.domain.words import FRENCH, _, language, ngettext, spoken
from courtil.services import contracts, farms, imports, people
from courtil.store.books import Entry
from courtil.store.contracts import Contract
from courtil.store.farms import Farm
from courtil.store.operations import Job, LogEntry
from courtil.store.people import Household, Person
from courtil.web.i18n import catalogue, chosen
from courtil.web.render import moment
from subscriptions import a_draft, a_garden, an_open_offer, products_of, signed

ENGLISH = catalogue("en")


def in_english(client: TestClient) -> TestClient:
    client.headers["accept-language"] = "en-GB,en;q=0.9,fr;q=0.5"
    return client


@pytest.mark.parametrize("header", ["", "fr-FR,fr;q=0.9", "de", "de-DE,de;q=0.9,en;q=0.8", "*", ";;", "fr,en"])
def test_french_answers_unless_the_browser_puts_english_first(header: str) -> None:
    assert chosen(header) == "fr"


@pytest.mark.parametrize("header", ["en", "en-GB,en;q=0.9", "EN-us", "en;q=0.9"])
def test_english_answers_a_browser_that_puts_it_first(header: str) -> None:
    assert chosen(header) == "en"


def test_zero_is_singular_in_french_and_plural_in_english() -> None:
    assert ngettext("%(n)s foyer", "%(n)s foyers", 0) == "0 foyer"
    with spoken(ENGLISH):
        said = [ngettext("%(n)s foyer", "%(n)s foyers", n) for n in (0, 1, 2)]
    assert said == ["0 households", "1 household", "2 households"]


def test_a_word_left_empty_stays_empty_in_english() -> None:
    with spoken(ENGLISH):
        assert _("") == ""


def test_days_hours_and_amounts_follow_the_language() -> None:
    day, at = date(2026, 11, 1), datetime(2026, 11, 26, 17, 42, tzinfo=UTC)
    assert (long_day(day), clock(time(18, 30))) == ("dimanche 1er novembre 2026", "18\u00a0h\u00a030")
    assert format_euros(123_450) == "1\u202f234,50\u00a0€"
    assert moment(at) == "26 nov. 2026 à 18\u00a0h\u00a042"
    with spoken(ENGLISH):
        assert (long_day(day), clock(time(18, 30))) == ("Sunday 1 November 2026", "18:30")
        assert format_euros(123_450) == "€1,234.50"
        assert moment(at) == "26 Nov 2026 at 18:42"
        assert format_euros(100, "fr") == "1,00\u00a0€"


def test_the_language_ends_with_its_block_and_french_can_be_asked_for_inside() -> None:
    with spoken(ENGLISH):
        assert (language(), _("Livraisons")) == ("en", "Deliveries")
        with spoken(FRENCH):
            assert (language(), _("Livraisons")) == ("fr", "Livraisons")
        assert language() == "en"
    assert (language(), _("Livraisons")) == ("fr", "Livraisons")


def test_an_unknown_message_stays_french() -> None:
    with spoken(ENGLISH):
        assert _("Une phrase que personne n’a traduite.") == "Une phrase que personne n’a traduite."


@pytest.mark.parametrize("header", ["", "de", "fr"])
def test_the_door_is_french_by_default(world: World, header: str) -> None:
    page = world.visitor().get("/connexion", headers={"accept-language": header})
    assert '<html lang="fr"' in page.text
    assert "Recevoir mon lien" in page.text


def test_an_english_browser_gets_navigation_and_forms_in_english(world: World) -> None:
    door = in_english(world.visitor()).get("/connexion").text
    assert '<html lang="en"' in door
    assert "Get my link" in door
    client = in_english(world.client("administrator"))
    people = client.get("/personnes").text
    for said in ("People", "Sign out", "My account", "Search for a person"):
        assert said in people
    form = client.get("/foyers/nouveau")
    assert form.status_code == 200
    assert "Name of the household" in form.text
    for french in ("Personnes", "Me déconnecter", "Nom du foyer"):
        assert french not in people + form.text


def test_one_request_does_not_lend_its_language_to_the_next(world: World) -> None:
    client = world.client("administrator")
    assert '<html lang="en"' in client.get("/personnes", headers={"accept-language": "en"}).text
    assert '<html lang="fr"' in client.get("/personnes").text


def test_errors_are_told_in_english(world: World) -> None:
    client = in_english(world.client("administrator"))
    lost = client.get("/nulle-part")
    assert lost.status_code == 404
    assert "Page not found" in lost.text
    wrong = client.post("/fermes/nouvelle", data={"name": ""})
    assert wrong.status_code == 422
    assert "This field is needed." in wrong.text
    assert "1 point to correct" in wrong.text
    long = client.post("/fermes/nouvelle", data={"name": "a" * 201})
    assert "This text is too long: 200 characters at most." in long.text


def test_an_offer_is_chosen_and_read_in_english_but_its_contract_is_french(world: World) -> None:
    with world.instance.working() as unit:
        offer_id = an_open_offer(unit)
    with world.instance.reading() as reader:
        basket, pot = products_of(reader, offer_id)
    client = in_english(world.client("member"))
    page = client.get(f"/contrats/{offer_id}/souscrire").text
    assert "4 deliveries to come" in page
    chosen_ = client.post(f"/contrats/{offer_id}/souscrire", data={
        f"product-{basket}": "1", f"product-{pot}": "0", "action": "next"})  # fmt: skip
    paid = client.post(chosen_.headers["location"], data={"plan": "1", "method": "transfer"})
    review = client.get(paid.headers["location"]).text
    assert "Sign and commit to pay" in review
    article = review[review.index("<article") : review.index("</article>")]
    assert 'lang="fr"' in article
    assert "Contrat d’engagement" in article
    assert re.search(r"Prix total : \d+,\d\d\s€", article)


def test_the_text_of_a_contract_is_the_same_whatever_the_language_of_who_signs(world: World) -> None:
    texts = []
    for translations in (FRENCH, ENGLISH):
        member = world.person("member")
        with world.instance.working() as unit, spoken(translations):
            mine = unit.get(Person, member.id)
            found = signed(unit, a_draft(unit, an_open_offer(unit), mine).id, mine)
            key = found.id
        with world.instance.reading() as reader, spoken(ENGLISH):
            kept = contracts.contract(reader, key)
            assert all(proof.holds for proof in contracts.proofs(kept))
            texts.append(re.sub(r"\d{2,}|n° \d+", "", kept.text.split("Article 4")[1]))
    assert texts[0] == texts[1]
    assert "Prix total : " in texts[0]
    assert "€1" not in texts[1]


def test_log_and_books_are_kept_in_french_whatever_the_language_of_who_acts(world: World) -> None:
    with world.instance.working() as unit:
        garden = a_garden(unit)
        offer_id = an_open_offer(unit, garden=garden)
    client = in_english(world.client("administrator"))
    with world.instance.reading() as reader:
        farm = reader.get(Farm, garden.farm_id)
        fields = {"name": farm.name, "city": "Ailleurs", "version": str(farm.version)}
    changed = client.post(f"/fermes/{garden.farm_id}/modifier", data=fields)
    assert changed.status_code == 303
    member = world.person("member")
    with world.instance.working() as unit, spoken(ENGLISH):
        mine = unit.get(Person, member.id)
        key = signed(unit, a_draft(unit, offer_id, mine).id, mine).id
        contracts.cancel(unit, key, "")
        farms.archive_farm(unit, garden.farm_id)
    with world.instance.reading() as reader:
        sentences = list(reader.all(select(LogEntry.sentence)))
        labels = list(reader.all(select(Entry.label)))
        assert reader.get(Contract, key).text.startswith("Contrat")
    assert any("a changé (Ordre des chèques, Commune" in sentence for sentence in sentences)
    assert any("a changé (archivée)" in sentence for sentence in sentences)
    assert any("Annulé (avant la première livraison)" in sentence for sentence in sentences)
    assert [label.split(" : ")[0] for label in labels] == ["Contrat signé", "Contrat annulé"]


def test_mail_is_french_since_the_language_of_who_gets_it_is_not_known(world: World) -> None:
    person = world.person("member")
    in_english(world.visitor()).post("/connexion/lien", data={"email": person.email})
    [sent] = world.mails()
    mail = email.message_from_string(sent, policy=email.policy.default)
    assert mail["Subject"].endswith("Votre lien de connexion")
    assert "Le lien vaut dix minutes" in mail.get_content()


def test_a_cancelled_delivery_is_told_in_french_and_confirmed_in_english(world: World) -> None:
    member = world.person("member")
    with world.instance.working() as unit:
        mine = unit.get(Person, member.id)
        key = signed(unit, a_draft(unit, an_open_offer(unit), mine).id, mine).id
    with world.instance.reading() as reader:
        delivery = contracts.contract(reader, key).lines[0].delivery
    client = in_english(world.client("administrator"))
    address = f"/distributions/livraisons/{delivery.id}/annuler"
    asked = client.get(address).text
    assert "What becomes of the amount of that day?" in asked
    assert "€" in asked
    done = client.post(address, data={"effect": "credited", "reason": "gel", "version": "1", "tell": "1"})
    assert "is cancelled." in client.get(done.headers["location"]).text
    with world.instance.reading() as reader:
        [sent] = [
            job.payload for job in reader.all(select(Job).where(Job.kind == "core.mail")) if job.run_at > reader.now
        ]
    assert "Livraison annulée" in sent["subject"]
    assert "est annulée" in sent["text"]
    assert re.search(r"Son montant, \d+,\d\d\s€, est déduit", sent["text"])


def test_what_is_written_on_a_record_is_french_whatever_the_language_of_who_acts(world: World) -> None:
    text = "Nom\tPrénom\tE-mail\tCotisation\nGaspard\tLise\tlise@exemple.fr\t20\nHamon\tTom\ttom@exemple.fr\t"
    with world.instance.working() as unit, spoken(ENGLISH):
        assert people.household_name(["Gaspard", "Noël"]) == "Gaspard et Noël"
        batch = imports.paste(unit, text)
        imports.write(unit, batch.id)
        assert batch.file_name == "Cellules collées"
    with world.instance.reading() as reader:
        notes = "\n".join(reader.all(select(Household.note).where(Household.name == "Gaspard")))
    assert "Montant de l’adhésion" in notes
