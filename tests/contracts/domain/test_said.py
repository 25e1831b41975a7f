"""Terms said back in sentences that a farmer reads without a screen of fields before her eyes."""

from datetime import date

import pytest

from courtil_contracts.domain.plans import PlanTerms
from courtil_contracts.domain.prices import Fee, Tier
from courtil_contracts.domain.said import product_notes, sentences
from courtil_contracts.domain.terms import ChangeTerms, ProductTerms, Terms


def test_plain_terms_say_one_payment() -> None:
    assert sentences(Terms()) == ["Paiement en 1 fois."]


@pytest.mark.parametrize(
    ("way", "said"),
    [
        (PlanTerms(counts=(1, 2, 4)), "Paiement en 1, 2 ou 4 fois, à la signature, puis chaque mois."),
        (
            PlanTerms(counts=(3,), amounts="whole_euros", smallest=1_000),
            "Paiement en 3 fois, à la signature, puis chaque mois, à l’euro, le reste sur le dernier, au moins 10,00 € chacun.",
        ),
        (
            PlanTerms(counts=(2,), dates="listed", listed=(date(2027, 3, 10), date(2027, 6, 10))),
            "Paiement en 2 fois, aux dates du 10/03/2027, 10/06/2027.",
        ),
        (PlanTerms(counts=(), per="delivery", dates="delivery"), "Paiement une fois par livraison."),
        (
            PlanTerms(counts=(6,), starts_on=date(2027, 1, 5), every_months=2),
            "Paiement en 6 fois, à partir du mardi 5 janvier 2027, puis tous les 2 mois.",
        ),
    ],
)
def test_each_way_to_pay_is_one_sentence(way: PlanTerms, said: str) -> None:
    found = [one.replace("\u202f", " ").replace("\xa0", " ") for one in sentences(Terms(ways=(way,)))]
    assert found == [said]


def test_fees_and_changes_are_said() -> None:
    terms = Terms(
        fees=(Fee(label="Bocaux", cents=150, per="basket", optional=True),),
        changes=(
            ChangeTerms(kind="absence", money="credited", most=2, notice_days=3),
            ChangeTerms(kind="donation", notice_days=1, begins_on=date(2027, 1, 1), ends_on=date(2027, 2, 1)),
        ),
        payees={"Ferme du haut": 3, "Ferme du bas": 2},
    )  # fmt: skip
    found = [one.replace("\u202f", " ").replace("\xa0", " ") for one in sentences(terms)]
    assert found == [
        "Frais « Bocaux » : 1,50 € par panier, si le foyer le veut.",
        "Paiement en 1 fois.",
        "Un foyer peut ne pas prendre un panier, 2 fois au plus, 3 jours avant. Son prix n’est pas dû.",
        "Un foyer peut donner un panier, du 01/01/2027 au 01/02/2027, 1 jour avant.",
        "Les paiements se partagent entre Ferme du haut (3/5), Ferme du bas (2/5).",
    ]


def test_what_is_particular_to_a_product_is_said() -> None:
    product = ProductTerms(
        offer_product_id=1, per="month", tiers=(Tier(10, 400),), rhythms=("every", "first"), deliveries=3
    )
    found = [one.replace("\u202f", " ").replace("\xa0", " ") for one in product_notes(product)]
    assert found == [
        "par mois", "dès 10 : 4,00 €", "à chaque livraison ou une fois sur deux, dès la première",
        "3 livraisons, puis s’arrête",
    ]  # fmt: skip
