"""What the contracts of an offer hold: so many of a product each time, or in all where it is not always the same."""

from collections.abc import Mapping, Sequence
from contextlib import suppress

from courtil.domain.problems import Refused
from courtil.domain.states import ContractState
from courtil.domain.words import _
from courtil.plugin.payloads import Wanted
from courtil.services.kinds import kind_of
from courtil.services.unit import Reader
from courtil.store.contracts import Contract
from courtil.store.offers import Offer

Quantities = Mapping[int, Sequence[int]]
"""How many come each time, by product of the offer."""


def held(reader: Reader, found: Offer, contracts: Sequence[Contract]) -> dict[int, Quantities]:
    """What each contract brings: its lines, or those that the choice of a draft would make."""
    return {one.id: _grouped(_lines(reader, found, one)) for one in contracts}


def _lines(reader: Reader, found: Offer, one: Contract) -> list[tuple[int, int]]:
    if one.lines or one.state is not ContractState.DRAFT:
        return [(line.offer_product_id, line.quantity) for line in one.lines]
    with suppress(Refused):  # the plugin of its kind is off
        wanted = Wanted(offer_id=found.id, household_id=one.household_id, choice=one.choice)
        return [(line.offer_product_id, line.quantity) for line in kind_of(reader, found).cost(reader, wanted).lines]
    return []


def _grouped(lines: Sequence[tuple[int, int]]) -> Quantities:
    grouped: dict[int, list[int]] = {}
    for key, quantity in lines:
        grouped.setdefault(key, []).append(quantity)
    return grouped


def in_words(quantities: Quantities, names: Mapping[int, str]) -> str:
    """`2 × Panier, 14 × Pain en tout`."""
    return ", ".join(_words(quantities[key], name) for key, name in names.items() if key in quantities)


def _words(each: Sequence[int], name: str) -> str:
    if len(set(each)) == 1:
        return f"{each[0]} × {name}"
    return _("%(n)s × %(name)s en tout") % {"n": sum(each), "name": name}


def varying(found: Mapping[int, Quantities]) -> frozenset[int]:
    """The products of which some contract does not bring as many each time: they are counted in all."""
    return frozenset(key for one in found.values() for key, each in one.items() if len(set(each)) > 1)
