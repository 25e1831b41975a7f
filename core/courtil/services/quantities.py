"""How much signed contracts bring: so many of a product each time, or in all where it is not always the same."""

from collections.abc import Iterable, Mapping, Sequence

from courtil.domain.words import _
from courtil.store.contracts import Contract

Quantities = Mapping[int, Sequence[int]]
"""How many come each time, by product of the offer."""


def quantities_of(contracts: Iterable[Contract]) -> dict[int, Quantities]:
    """What each contract brings, by its lines; a draft has none yet."""
    return {one.id: _grouped(one) for one in contracts}


def _grouped(found: Contract) -> Quantities:
    grouped: dict[int, list[int]] = {}
    for line in found.lines:
        grouped.setdefault(line.offer_product_id, []).append(line.quantity)
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
