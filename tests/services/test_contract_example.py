"""A contract as an example: of a real offer, or of one that is made up; nothing is written."""

from sqlalchemy import func, select

from courtil.domain.articles import Article
from courtil.services.contract_example import example_text
from courtil.services.contract_text import DEFAULT
from courtil.services.instance import Instance
from courtil.store.contracts import Contract
from courtil.store.offers import Offer
from courtil.store.people import Household
from subscriptions import an_open_offer


def test_an_example_of_a_real_offer_takes_one_of_each_product(instance: Instance) -> None:
    with instance.working() as unit:
        offer_id = an_open_offer(unit, name="Légumes")
    with instance.reading() as reader:
        text = example_text(reader, DEFAULT, offer_id)
    assert text.startswith("Contrat d’engagement « Légumes »")
    assert "1 × Panier moyen (environ 5 kg) à 12,50" in text
    assert "Prix total : 78,00" in text
    assert "Exemple (Camille Exemple)" in text


def test_without_an_offer_farm_and_products_are_made_up(instance: Instance) -> None:
    with instance.reading() as reader:
        text = example_text(reader, [Article("Tout", "{ferme} livre {foyer} : {livraisons} {prix} {lieu}")])
    assert "Ferme d’exemple livre Exemple" in text
    assert "3 livraisons" in text
    assert "Prix total : 66,00" in text


def test_an_example_leaves_nothing_behind(instance: Instance) -> None:
    with instance.working() as unit:
        offer_id = an_open_offer(unit)
        before = [
            unit.session.scalar(select(func.count()).select_from(table)) for table in (Contract, Household, Offer)
        ]
        example_text(unit, DEFAULT, offer_id)
        example_text(unit, DEFAULT)
        unit.session.flush()
        after = [unit.session.scalar(select(func.count()).select_from(table)) for table in (Contract, Household, Offer)]
    assert before == after
