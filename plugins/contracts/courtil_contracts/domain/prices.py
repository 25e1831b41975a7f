"""Prices that are not one number: degressive grids, prices by weight, what an advance leaves to settle, fees.

Amounts are whole cents and weights whole grams, rounded half up, once, at the end. Prices are never negative.
"""

import re
from collections.abc import Collection, Sequence
from itertools import pairwise
from typing import Literal, NamedTuple

from pydantic import BaseModel, Field

from courtil.api import Cents, Charge, Problem, Refused, _, format_euros, parse_cents

MOST_CENTS = 100_000_000
"""A million euros: beyond it somebody mistyped."""

MOST_GRAMS = 10_000_000
"""Ten tonnes: beyond it somebody mistyped."""

_THREE_DECIMALS = re.compile(r"[0-9][.,][0-9]{3,}\s*(€|EUR)?\s*\Z", re.IGNORECASE)
_KILOS = re.compile(r"([0-9]{1,6})(?:[.,]([0-9]{1,3}))?\s*(?:kg)?\Z", re.IGNORECASE)


class Tier(NamedTuple):
    """From this quantity on, each unit costs this much, in cents."""

    from_quantity: int
    unit_cents: int


class Fee(BaseModel, frozen=True):
    """What is paid beside the products: jars once for the contract, transport for each delivery or each basket."""

    label: str = Field(min_length=1, max_length=120)
    cents: int = Field(ge=1, le=MOST_CENTS)
    per: Literal["contract", "delivery", "basket"] = "contract"
    optional: bool = False
    """The household may do without: a basket that is made ready, or brought to a further place."""


def read_price(text: str) -> Cents:
    """A price as people type it, in euros and cents. Raises Refused for a third decimal or an impossible amount."""
    try:
        cents = parse_cents(text)
    except ValueError as error:
        if _THREE_DECIMALS.search(text.strip()):
            raise Refused(_("Un prix s’arrête aux centimes : écrivez deux décimales, par exemple 4,13.")) from error
        raise Refused(_("Écrivez un prix en euros, par exemple 12,50.")) from error
    return Cents(_within(cents, 0, MOST_CENTS, _("Un prix ne peut pas être négatif.")))


def read_grams(text: str) -> int:
    """A weight typed in kilograms (`1,85`, `2 kg`), in grams. Raises Refused below a gram or for anything else."""
    found = _KILOS.match(text.strip())
    if found is None:
        raise Refused(_("Écrivez un poids en kilogrammes, au gramme près, par exemple 1,850."))
    kilos, decimals = found.groups(default="")
    return _grams(int(kilos) * 1000 + int(decimals.ljust(3, "0")))


def tier_problems(tiers: Sequence[Tier]) -> list[Problem]:
    """Why these tiers make no degressive grid, in French; nothing when they do."""
    if not tiers:
        return [Problem(_("Indiquez au moins un palier."))]
    found = []
    if any(tier.from_quantity < 1 or not 0 <= tier.unit_cents <= MOST_CENTS for tier in tiers):
        found.append(Problem(_("Chaque palier commence à 1 ou plus, avec un prix qui n’est pas négatif.")))
    ordered = sorted(tiers)
    for lower, higher in pairwise(ordered):
        if lower.from_quantity == higher.from_quantity:
            message = _("Deux paliers commencent à %(quantity)s : gardez-en un.")
            found.append(Problem(message % {"quantity": higher.from_quantity}))
        elif lower.unit_cents < higher.unit_cents:
            message = _(
                "À partir de %(quantity)s, le prix monte de %(lower)s à %(higher)s : "
                "un tarif dégressif ne peut que baisser."
            )
            words = {"lower": format_euros(lower.unit_cents), "higher": format_euros(higher.unit_cents)}
            found.append(Problem(message % (words | {"quantity": higher.from_quantity})))
    return found


def tiered(quantity: int, tiers: Sequence[Tier]) -> Cents:
    """The price of each unit, in cents, when that many are taken: the whole quantity is at its tier's price.

    Raises Refused below the first tier, or for tiers that are no degressive grid.
    """
    if problems := tier_problems(tiers):
        raise Refused(*problems)
    least = min(tiers).from_quantity
    too_few = _("Prenez-en au moins %(least)s : rien n’est vendu en dessous.") % {"least": least}
    _within(quantity, least, MOST_GRAMS, too_few)
    return Cents(max(tier for tier in tiers if tier.from_quantity <= quantity).unit_cents)


def kilos(grams: int) -> str:
    """`1,250`: a weight as scales show it."""
    return f"{grams / 1000:.3f}".replace(".", ",")


def by_weight(grams: int, cents_per_kg: int) -> Cents:
    """What this weight costs, in cents, half a cent up. Raises Refused for no weight or an impossible price."""
    _within(cents_per_kg, 0, MOST_CENTS, _("Un prix ne peut pas être négatif."))
    return _amount((_grams(grams) * cents_per_kg + 500) // 1000)


def estimate(quantity: int, grams: int, cents_per_kg: int) -> Cents:
    """What is asked in advance, in cents, for pieces that will be weighed: each at its usual weight.

    Raises Refused for less than one piece, no weight or an impossible price.
    """
    _within(quantity, 1, MOST_GRAMS, _("Indiquez au moins une pièce."))
    return _amount(quantity * by_weight(grams, cents_per_kg))


def settlement(advance: int, real: int) -> Cents:
    """What is left once weighed, in cents: above zero the household pays it, below zero it gets it back.

    Raises Refused for a negative amount.
    """
    return Cents(_amount(real) - _amount(advance))


def prorata(cents: int, part: int, whole: int) -> Cents:
    """This part of an amount, in cents, half a cent up: the months that are left, a percentage of the price.

    Raises Refused for a negative amount, or a part that is not between nothing and the whole.
    """
    _within(whole, 1, MOST_CENTS, _("Indiquez sur combien l’on compte : au moins 1."))
    if not 0 <= part <= whole:
        raise Refused(_("La part va de 0 à %(whole)s.") % {"whole": whole})
    return Cents((2 * _amount(cents) * part + whole) // (2 * whole))


def charges(fees: Sequence[Fee], wanted: Collection[int | str], deliveries: int, baskets: int) -> list[Charge]:
    """What fees cost, one charge each, for that many deliveries and baskets over the season.

    `wanted` names the optional fees that the household takes, by label or by number.
    """
    times = {"contract": 1, "delivery": deliveries, "basket": baskets}
    found = []
    for number, fee in enumerate(fees):
        if times[fee.per] and (number in wanted or fee.label in wanted or not fee.optional):
            label = fee.label if fee.per == "contract" else f"{fee.label} ({times[fee.per]}\u00a0fois)"
            found.append(Charge(label, _amount(fee.cents * times[fee.per])))
    return found


def is_charge_of(fee: Fee, charge: Charge) -> bool:
    """Whether `charges` made this one of the fee."""
    counted = rf"{re.escape(fee.label)} \([0-9]+\u00a0fois\)"
    return charge.label == fee.label if fee.per == "contract" else re.fullmatch(counted, charge.label) is not None


def _grams(grams: int) -> int:
    return _within(grams, 1, MOST_GRAMS, _("Indiquez un poids d’au moins un gramme."))


def _amount(cents: int) -> Cents:
    return Cents(_within(cents, 0, MOST_CENTS, _("Un montant ne peut pas être négatif.")))


def _within(value: int, least: int, most: int, too_low: str) -> int:
    if value < least:
        raise Refused(too_low)
    if value > most:
        raise Refused(_("Ce nombre est trop grand : vérifiez ce que vous avez écrit."))
    return value
