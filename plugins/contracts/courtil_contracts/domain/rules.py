"""Entry rules of an offer: what they say, whether they make sense, what a choice breaks.

Whether they can hold together at all is `rule_conflicts.contradiction`; what a rule is made of is in `rule_model`.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from courtil.api import Problem, _
from courtil_contracts.domain.rule_conflicts import Contradiction, contradiction
from courtil_contracts.domain.rule_model import Cell, Grid, Hold, Quantities, Rule, holds, is_kept
from courtil_contracts.domain.rule_words import message, sentence

__all__ = [
    "Breach", "Cell", "Contradiction", "Grid", "Quantities", "Rule", "breaches", "checked", "contradiction", "sentence",
]  # fmt: skip


@dataclass(frozen=True)
class Breach:
    """A rule that a choice breaks somewhere: at one delivery, or at several together when `delivery_id` is None."""

    rule: Rule
    delivery_id: int | None
    products: tuple[int, ...]
    message: str


def breaches(rules: Iterable[Rule], grid: Grid, quantities: Quantities, *, by_hand: bool = False) -> list[Breach]:
    """What the choice breaks, rule by rule and by day, with a sentence that says how to put it right.

    Quantities outside of the grid do not count. Who enters a form by hand is only held to the rules for everyone.
    """
    held = [rule for rule in rules if not by_hand or rule.who == "everyone"]
    return [
        _breach(hold, grid, quantities)
        for rule in held
        for hold in holds(rule, grid)
        if not is_kept(hold, quantities)
    ]  # fmt: skip


def _breach(hold: Hold, grid: Grid, quantities: Quantities) -> Breach:
    alone = hold.delivery
    return Breach(hold.rule, alone and alone.delivery_id, hold.products, message(hold, grid, quantities))


def checked(rules: Sequence[Rule], grid: Grid) -> list[Problem]:
    """What makes no sense in these rules on the whole grid of the offer; `field` is `rules-0` for the first rule.

    Each rule is looked at alone: whether they fit together is `contradiction`.
    """
    return [
        Problem(words, f"rules-{number}")
        for number, rule in enumerate(rules)
        for words in (
            *_unknown(rule, grid),
            *_pointless(rule, grid),
            *_numbers(rule),
            *_proportion(rule, grid),
            *_moment(rule),
        )
    ]


def _unknown(rule: Rule, grid: Grid) -> Iterable[str]:
    if not {*rule.products, *rule.for_each} <= grid.products.keys():
        yield _("Un produit de cette règle n’est pas dans ce contrat vierge. Choisissez parmi ses produits.")
    if isinstance(rule.dates, str):
        return
    if not rule.dates:
        yield _("Choisissez au moins une date pour cette règle.")
    if not set(rule.dates) <= {cell.delivery_id for cell in grid.cells}:
        yield _("Une date de cette règle n’est pas dans ce contrat vierge. Choisissez parmi ses dates.")


def _pointless(rule: Rule, grid: Grid) -> Iterable[str]:
    wanted = set(rule.products or grid.products)
    mine = [cell for cell in grid.cells if cell.offer_product_id in wanted]
    if rule.measure == "points" and mine and not any(cell.points for cell in mine):
        yield _("Aucun produit de cette règle ne vaut de points. Écrivez ses points sous le produit.")


def _numbers(rule: Rule) -> Iterable[str]:
    if rule.value < 1 and rule.measure == "amount":
        yield _("Donnez un montant de plus de 0 €.")
    elif rule.value < 1:
        yield _("Donnez un nombre d’au moins 1.")
    elif rule.operator == "multiple" and rule.value == 1:
        yield _("Un multiple de 1 ne demande rien. Donnez un nombre plus grand, ou enlevez cette règle.")


def _proportion(rule: Rule, grid: Grid) -> Iterable[str]:
    if not rule.for_each:
        return
    if rule.every < 1:
        yield _("Une proportion compare à au moins 1. Par exemple : au plus 1 pour 4.")
    if rule.operator == "multiple":
        yield _("Une proportion ne va pas avec un multiple. Choisissez « au moins », « au plus » ou « exactement ».")
    if not rule.apart and set(rule.products or grid.products) == set(rule.for_each):
        yield _("Cette proportion compare des produits à eux-mêmes. Choisissez d’autres produits d’un des deux côtés.")
    if rule.prorated:
        yield _("Une proportion suit déjà ce qui est pris : décochez la réduction pour qui arrive en cours de saison.")


def _moment(rule: Rule) -> Iterable[str]:
    if rule.prorated and rule.dates != "season":
        yield _("Seule une règle sur toute la saison peut se réduire pour qui arrive en cours de saison.")
    if rule.prorated and rule.operator == "multiple":
        yield _("Un multiple ne se réduit pas pour qui arrive en cours de saison.")
    single = rule.dates == "each" or (rule.dates != "season" and len(set(rule.dates)) == 1)
    if rule.measure == "dates" and single:
        yield _("Compter les livraisons demande plusieurs dates ensemble : choisissez la saison ou plusieurs dates.")
