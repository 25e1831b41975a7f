"""Amendments: one for each change and one for its end, chained to the signed text, never rewritten, agreed to by both."""

import re

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DatabaseError

from contracts.changing import NewSeason, Season
from courtil.domain.contracts import fingerprint
from courtil.domain.problems import NotFound, Refused
from courtil.services import contract_text, contracts, countersigning, payments, privacy, roles, signin
from courtil.services.instance import Instance
from courtil.services.subscribing import ACCOUNT
from courtil.services.unit import Unit
from courtil.store.people import Person
from courtil_contracts.domain.amendments import BY_HAND, FARM, HOUSEHOLD
from courtil_contracts.domain.changes import Money
from courtil_contracts.services import amendments, changes, handovers, hazards
from courtil_contracts.services import privacy as forgetting
from courtil_contracts.services.amendments import Version
from courtil_contracts.services.changes import Wish
from courtil_contracts.services.hazards import Shortfall
from courtil_contracts.tables import ContractAcceptance, ContractAmendment
from subscriptions import products_of


def act(unit: Unit, person: Person) -> None:
    unit.actor = signin.actor_for(unit, unit.get(Person, person.id))


def make(season: Season, person: Person, kind: str, place: int = 0, **wish: object) -> int:
    """The person makes the change in the household's contract."""
    with season.instance.working() as unit:
        act(unit, person)
        wanted = Wish(kind, season.days[place], **wish)  # type: ignore[arg-type]
        return changes.make(unit, season.contract_id, wanted, by_hand=person.id != season.person.id).id


def versions(season: Season, contract_id: int | None = None) -> list[Version]:
    with season.instance.reading() as reader:
        return amendments.versions(reader, contracts.contract(reader, contract_id or season.contract_id))


def said(version: Version) -> str:
    return version.amendment.text.replace("\u202f", " ").replace("\xa0", " ")


def moves(version: Version) -> set[tuple[str, str, str]]:
    """What the text says of each line that moves: product and day, before, from now on."""
    return set(re.findall(r"^(.*) – avant : (.*) ; désormais : (.*)\.$", said(version), re.MULTILINE))


def a_farmer(season: Season) -> Person:
    with season.instance.working() as unit:
        farmer = unit.add(Person(first_name="Rose", last_name="Marty", search="rose marty", email="rose@exemple.fr"))
        offer = contracts.contract(unit, season.contract_id).offer
        roles.grant(unit, farmer, "farmer", offer.farm_id)
        return farmer


def a_coordinator(season: Season) -> Person:
    with season.instance.working() as unit:
        boss = unit.add(Person(first_name="Ada", last_name="Blanchot", search="ada blanchot", email="ada@exemple.fr"))
        roles.grant(unit, boss, "administrator")
        return boss


def accepts(season: Season, farmer: Person, *keys: int) -> list[int]:
    with season.instance.working() as unit:
        act(unit, farmer)
        return [one.id for one in amendments.accept(unit, keys, unit.get(Person, farmer.id))]


def test_a_change_is_an_amendment_that_says_what_changes_and_what_is_owed(new_season: NewSeason) -> None:
    season = new_season(money="credited")
    make(season, season.person, "absence", 1)
    [version] = versions(season)
    (title, where), sections = contract_text.parts(said(version))
    assert title == "Avenant n° 1 au contrat d’engagement « Légumes »"
    assert f"foyer Lantier – contrat n° {season.contract_id}" in where
    assert [heading for heading, _paragraphs in sections] == [
        "Article 1 – Ce qui change", "Article 2 – Le prix", "Article 3 – L’accord",
    ]  # fmt: skip
    changed, price, agreement = (paragraphs for _heading, paragraphs in sections)
    assert changed[0].startswith("Le foyer ne prend pas son panier du ")
    assert changed[1].endswith("– avant : 1 à 12,50 € ; désormais : 1 à 12,50 €, non remis et non dû.")
    assert price == ["Le foyer doit à la ferme 37,50 € en tout, au lieu de 50,00 €."]
    assert agreement[0] == "Demandé par le foyer : Ana Lantier."
    assert agreement[1].startswith("Ce qui le permet : Un foyer peut ne pas prendre un panier, 3 jours avant.")


@pytest.mark.parametrize("kind", ["absence", "donation", "quantity", "report"])
def test_every_change_and_its_end_leave_two_versions(new_season: NewSeason, kind: str) -> None:
    season = new_season(money="credited")
    with season.instance.reading() as reader:
        basket, _honey = products_of(reader, season.offer_id)
    wish = {"quantity": {"quantities": {basket: 2}}, "report": {"target_id": season.days[3]}}.get(kind, {})
    key = make(season, season.person, kind, 1, **wish)
    season.undo(key)
    first, second = versions(season)
    assert (first.amendment.number, second.amendment.number) == (1, 2)
    assert (first.amendment.takes_back, second.amendment.takes_back) == (False, True)
    assert "Cet avenant revient sur l’avenant n° 1." in said(second)
    assert "Le foyer doit à la ferme 50,00 € en tout" in said(second)
    assert moves(second) == {(product, after, before) for product, before, after in moves(first)}
    assert bool(moves(first)) == (kind != "donation"), "a basket that is given away comes as before"
    assert first.holds
    assert second.holds
    assert season.agrees()


def test_each_version_names_the_text_before_it(new_season: NewSeason) -> None:
    season = new_season(money="credited")
    for place in (1, 2, 3):
        make(season, season.person, "absence", place)
    with season.instance.reading() as reader:
        signed = contracts.contract(reader, season.contract_id).text_hash
    rows = [one.amendment for one in versions(season)]
    assert [row.previous for row in rows] == [signed, rows[0].text_hash, rows[1].text_hash]
    assert all(row.previous in row.text and fingerprint(row.text) == row.text_hash for row in rows)


def test_the_signed_text_and_its_signatures_stay_as_they_are(new_season: NewSeason) -> None:
    season = new_season()
    with season.instance.reading() as reader:
        before = contracts.contract(reader, season.contract_id).text
    make(season, season.person, "absence", 1)
    with season.instance.reading() as reader:
        found = contracts.contract(reader, season.contract_id)
        assert found.text == before
        assert [proof.holds for proof in contracts.proofs(found)] == [True]


def test_the_household_agrees_by_confirming(new_season: NewSeason) -> None:
    season = new_season()
    make(season, season.person, "absence", 1)
    [version] = versions(season)
    mine = version.accepted[HOUSEHOLD]
    assert (mine.person_id, mine.name, mine.method) == (season.person.id, "Ana Lantier", ACCOUNT)
    assert mine.at == version.amendment.at
    assert FARM not in version.accepted


def test_what_a_coordinator_enters_for_it_is_said_to_be_so(new_season: NewSeason) -> None:
    season = new_season()
    boss = a_coordinator(season)
    make(season, boss, "absence", 1)
    [version] = versions(season)
    assert (version.accepted[HOUSEHOLD].name, version.accepted[HOUSEHOLD].method) == ("Ada Blanchot", BY_HAND)
    assert "Demandé par le foyer, saisi par Ada Blanchot." in said(version)


def test_a_basket_is_handed_over_once_the_other_household_takes_it(new_season: NewSeason) -> None:
    season = new_season()
    with season.instance.working() as unit:
        act(unit, season.person)
        wish = Wish("handover", season.days[1], None, season.other.household_id)
        change_id = handovers.ask(unit, season.contract_id, wish).id
    assert versions(season) == []
    with season.instance.working() as unit:
        act(unit, season.other)
        handovers.accept(unit, change_id, season.other.household_id or 0)
    [version] = versions(season)
    assert version.accepted[HOUSEHOLD].name == "Ana Lantier"
    assert "Macquart" not in said(version), "a contract that is kept ten years does not name another household"
    with season.instance.working() as unit:
        act(unit, season.other)
        handovers.undo(unit, change_id)
    assert "Demandé par le foyer qui prenait le panier." in said(versions(season)[1])
    assert versions(season)[1].accepted == {}


def test_a_proposal_that_is_withdrawn_or_declined_leaves_no_version(new_season: NewSeason) -> None:
    season = new_season()
    season.undo(season.ask(1))
    with season.instance.working() as unit:
        handovers.decline(unit, handovers.ask(
            unit, season.contract_id, Wish("handover", season.days[1], None, season.other.household_id)
        ).id, season.other.household_id or 0)  # fmt: skip
    assert versions(season) == []


def test_a_shortfall_is_an_amendment_of_each_household_since_risks_are_shared(new_season: NewSeason) -> None:
    season = new_season(baskets=2)
    with season.instance.working() as unit:
        basket, _honey = products_of(unit, season.offer_id)
        made = hazards.hazard(unit, Shortfall(season.days[1], basket, 1, Money.CREDITED))
    for key in (season.contract_id, season.other_id):
        [version] = versions(season, key)
        assert "Ce qui le permet : La charte des AMAP" in said(version)
        assert version.accepted == {}
        assert "Le foyer doit à la ferme 87,50 € en tout, au lieu de 100,00 €." in said(version)
    with season.instance.working() as unit:
        hazards.undo(unit, made.id)
    assert [one.amendment.number for one in versions(season, season.other_id)] == [1, 2]


def test_what_is_kept_by_the_farm_after_a_shortfall_is_told_with_its_charge(new_season: NewSeason) -> None:
    season = new_season(baskets=2)
    with season.instance.working() as unit:
        basket, _honey = products_of(unit, season.offer_id)
        hazards.hazard(unit, Shortfall(season.days[1], basket, 1, Money.KEPT))
    [version] = versions(season)
    assert "Panier moyen non remis" in said(version)
    assert "+ 12,50 €" in said(version)
    assert "Le foyer doit à la ferme 100,00 € en tout, comme avant." in said(version)


def test_the_farm_agrees_to_all_that_waits_in_one_go(new_season: NewSeason) -> None:
    season, keys = new_season(), list[int]()
    farmer = a_farmer(season)
    for place in (1, 2):
        make(season, season.person, "absence", place)
    with season.instance.reading() as reader:
        act(reader, farmer)  # type: ignore[arg-type]
        keys = [one.amendment.id for one in amendments.waiting(reader)]
    assert accepts(season, farmer, *keys) == keys
    assert accepts(season, farmer, *keys) == [], "a second click changes nothing"
    for version in versions(season):
        assert (version.accepted[FARM].name, version.accepted[FARM].method) == ("Rose Marty", ACCOUNT)
        assert version.holds
    with season.instance.reading() as reader:
        act(reader, farmer)  # type: ignore[arg-type]
        assert amendments.waiting(reader) == []


def test_nothing_waits_for_the_farm_to_agree(new_season: NewSeason) -> None:
    season = new_season()
    make(season, season.person, "absence", 1)
    make(season, season.person, "report", 2, target_id=season.days[3])
    with season.instance.working() as unit:
        contract_ids = [season.contract_id]
        farmer = unit.add(Person(first_name="Paul", last_name="Ferme", search="ferme"))
        countersigning.countersign(unit, contract_ids, farmer)
        assert payments.agreement(unit) == []


def test_nobody_agrees_for_somebody_elses_farm(new_season: NewSeason) -> None:
    season, elsewhere = new_season(), new_season()
    make(season, season.person, "absence", 1)
    stranger = a_farmer(elsewhere)
    [version] = versions(season)
    for person in (stranger, season.person):
        with pytest.raises(NotFound):
            accepts(season, person, version.amendment.id)


@pytest.mark.parametrize("what", ["text", "text_hash", "previous", "number"])
def test_a_version_that_was_tampered_with_is_seen_from_there_on(new_season: NewSeason, what: str) -> None:
    season = new_season()
    for place in (1, 2, 3):
        make(season, season.person, "absence", place)
    with season.instance.reading() as reader, reader.session.no_autoflush:
        found = contracts.contract(reader, season.contract_id)
        row = amendments.versions(reader, found)[1].amendment
        setattr(row, what, 9 if what == "number" else "x" * 64)
        assert [one.holds for one in amendments.versions(reader, found)] == [True, False, False]
        reader.session.expunge_all()


@pytest.mark.parametrize("what", ["name", "method", "party"])
def test_who_agreed_cannot_be_changed_unseen(new_season: NewSeason, what: str) -> None:
    season = new_season()
    make(season, season.person, "absence", 1)
    with season.instance.reading() as reader, reader.session.no_autoflush:
        found = contracts.contract(reader, season.contract_id)
        [version] = amendments.versions(reader, found)
        setattr(version.accepted[HOUSEHOLD], what, "farm")
        assert [one.holds for one in amendments.versions(reader, found)] == [False]
        reader.session.expunge_all()


def test_a_signed_text_that_was_tampered_with_is_seen_in_all_its_versions(new_season: NewSeason) -> None:
    season = new_season()
    make(season, season.person, "absence", 1)
    with season.instance.reading() as reader, reader.session.no_autoflush:
        found = contracts.contract(reader, season.contract_id)
        found.text += " "
        assert [one.holds for one in amendments.versions(reader, found)] == [False]
        reader.session.expunge_all()


@pytest.mark.parametrize("table", [ContractAmendment, ContractAcceptance])
@pytest.mark.parametrize("statement", ["UPDATE {} SET id = id", "DELETE FROM {}"])
def test_the_database_refuses_to_change_them(new_season: NewSeason, table: type, statement: str) -> None:
    season = new_season()
    make(season, season.person, "absence", 1)
    name = table.__tablename__  # type: ignore[attr-defined]
    with pytest.raises(DatabaseError, match="never changed"), season.instance.working() as unit:
        unit.execute(text(statement.format(name)))


def test_a_change_that_is_refused_leaves_no_version(new_season: NewSeason) -> None:
    season = new_season()
    season.day_before(1, 1)
    with pytest.raises(Refused):
        make(season, season.person, "absence", 1)
    assert versions(season) == []


def test_what_was_changed_before_there_were_amendments_is_taken_back_by_the_first(
    new_season: NewSeason, monkeypatch: pytest.MonkeyPatch
) -> None:
    season = new_season(money="credited")
    with monkeypatch.context() as patch:
        patch.setattr(amendments, "write", lambda *_args, **_options: None)
        key = make(season, season.person, "absence", 1)
    season.undo(key)
    [version] = versions(season)
    assert "revient sur un changement d’avant les avenants" in said(version)
    assert version.holds


def test_a_person_is_told_what_she_agreed_to_and_it_stays_when_she_goes(
    new_season: NewSeason, with_contracts: Instance
) -> None:
    season = new_season()
    make(season, season.person, "absence", 1)
    with with_contracts.reading() as reader:
        told = privacy.personal_data(reader, season.person.id)["greffons"]
    [mine] = [one["valeurs"] for one in told if one["titre"] == "Avenant"]
    assert (mine["Numéro"], mine["Accepté par"]) == (1, "Ana Lantier")
    assert mine["Preuve"]
    with with_contracts.working() as unit:
        forgetting.forget(season.person.id, unit)
    [version] = versions(season)
    assert version.accepted[HOUSEHOLD].name == "Ana Lantier"
    assert version.holds
