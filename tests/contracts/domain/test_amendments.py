"""The text of an amendment and the evidence of who agreed: the same for the same facts, another for any other."""

from dataclasses import fields, replace
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from courtil.api import NOTHING, Charge, LineEffect, LineNow
from courtil.services.contract_text import parts
from courtil.services.subscribing import ACCOUNT
from courtil_contracts.domain.amendments import HOUSEHOLD, Evidence, Facts, Moved, moved, write
from courtil_contracts.domain.changes import Kind

DAY, LATER = date(2027, 1, 7), date(2027, 1, 21)
ONE = LineNow(1, 1_250)
FACTS = Facts(
    number=2, contract_id=7, offer="Légumes", amap="AMAP des Tilleuls", household="Lantier", written_on=date(2027, 1, 3),
    kind=Kind.ABSENCE, day=DAY, lines=[Moved("Panier", DAY, ONE, LineNow(1, 1_250, LineEffect.CREDITED))], charges=[],
    before=5_000, after=3_750, asked="Demandé par le foyer : Zoé Lantier.", clause="Un foyer peut ne pas venir.",
    previous="a" * 64,
)  # fmt: skip
PROOF = Evidence(7, 2, HOUSEHOLD, 3, "Zoé Lantier", datetime(2027, 1, 3, 18, tzinfo=UTC), ACCOUNT, "b" * 64)


def said(**changes: object) -> str:
    return write(replace(FACTS, **changes)).replace("\u202f", " ").replace("\xa0", " ")  # type: ignore[arg-type]


def test_it_says_what_changes_the_price_who_asked_and_what_it_follows() -> None:
    assert (
        said()
        == f"""\
Avenant n° 2 au contrat d’engagement « Légumes »
AMAP des Tilleuls – foyer Lantier – contrat n° 7 – dimanche 3 janvier 2027

Article 1 – Ce qui change
Le foyer ne prend pas son panier du jeudi 7 janvier 2027.
Panier, jeudi 7 janvier 2027 – avant : 1 à 12,50 € ; désormais : 1 à 12,50 €, non remis et non dû.

Article 2 – Le prix
Le foyer doit à la ferme 37,50 € en tout, au lieu de 50,00 €.

Article 3 – L’accord
Demandé par le foyer : Zoé Lantier.
Ce qui le permet : Un foyer peut ne pas venir.
Tout le reste du contrat ne change pas.
Cet avenant suit le texte dont l’empreinte (SHA-256) est {"a" * 64}."""
    )


@pytest.mark.parametrize("kind", Kind)
def test_every_kind_of_change_has_its_sentence(kind: Kind) -> None:
    assert "jeudi 7 janvier 2027" in said(kind=kind, target=LATER, lines=[])


@pytest.mark.parametrize("kind", [Kind.REPORT, Kind.HANDOVER, Kind.HAZARD])
def test_what_comes_on_another_day_names_that_day(kind: Kind) -> None:
    assert "jeudi 21 janvier 2027" in said(kind=kind, target=LATER, lines=[])
    assert "jeudi 21 janvier 2027" not in said(kind=kind, lines=[])


def test_one_that_takes_another_back_says_which() -> None:
    assert "Cet avenant revient sur l’avenant n° 1. Ne vaut plus : « Le foyer ne prend pas" in said(undoes=1)
    assert "revient sur un changement d’avant les avenants" in said(undoes=0)


def test_money_that_stays_and_charges_are_told() -> None:
    text = said(after=5_000, charges=[Charge("Reste payé", 1_250), Charge("Rendu", -700)])
    assert "Reste payé : + 12,50 €.\nRendu : – 7,00 €.\nLe foyer doit à la ferme 50,00 € en tout, comme avant." in text


def test_lines_are_told_by_day_and_product_and_only_those_that_change() -> None:
    before, after = {(1, 1): ONE, (2, 1): ONE}, {(1, 1): NOTHING, (2, 1): ONE, (1, 2): LineNow(2, 1_250)}
    found = moved(before, after, {1: "Panier", 2: "Miel"}, {1: LATER, 2: DAY})
    assert found == [Moved("Panier", DAY, NOTHING, LineNow(2, 1_250)), Moved("Panier", LATER, ONE, NOTHING)]
    assert "avant : rien ; désormais : 2 à 12,50 €." in said(lines=found)


@given(st.text(max_size=40), st.text(max_size=40))
def test_names_cannot_break_the_articles_apart(offer: str, household: str) -> None:
    _head, sections = parts(write(replace(FACTS, offer=offer, household=household, asked=f"Demandé : {household}")))
    assert [heading.split(" – ")[0] for heading, _rest in sections] == ["Article 1", "Article 2", "Article 3"]


def test_evidence_differs_when_anything_in_it_does() -> None:
    others = {"contract_id": 8, "number": 3, "person_id": 4, "at": datetime(2027, 1, 4, tzinfo=UTC)}
    made = {replace(PROOF, **{one.name: others.get(one.name, "autre")}).digest() for one in fields(Evidence)}
    assert len({PROOF.digest(), *made}) == len(fields(Evidence)) + 1


def test_evidence_does_not_depend_on_the_zone_it_is_read_in() -> None:
    assert replace(PROOF, at=PROOF.at.astimezone(ZoneInfo("Europe/Paris"))).digest() == PROOF.digest()
