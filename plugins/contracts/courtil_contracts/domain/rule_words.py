"""Entry rules in plain French: what each asks, and what to do where one is broken."""

from collections.abc import Sequence

from courtil.api import _, format_euros, long_day, ngettext
from courtil_contracts.domain.rule_model import Grid, Hold, Measure, Quantities, Rule, due, excess, measured

_NAMED = 3


def sentence(rule: Rule, grid: Grid) -> str:
    """The rule said back in one sentence, with the value it has on this grid, less for who joins late."""
    words = {
        "when": _when(rule, grid),
        "what": _what(rule, grid, _bound(rule, due(rule, grid), grid)),
        "nothing": _(", ou rien") if _may_be_nothing(rule) else "",
        "share": _(", en proportion des livraisons restantes") if rule.prorated else "",
    }
    return _("%(when)s%(what)s%(nothing)s%(share)s.") % words


def message(hold: Hold, grid: Grid, quantities: Quantities) -> str:
    """What breaks where this rule is broken, and how to put it right."""
    rule, taken = hold.rule, measured(hold.rule.measure, hold.cells, quantities)
    has = amount(rule.measure, taken, named=not _is_whole(rule))
    if rule.for_each:
        has += _base(rule, measured(rule.measure, hold.base, quantities), grid)
    what = _bound(rule, hold.value, grid)
    if not _is_whole(rule):
        what = _("%(names)s : %(what)s") % {"names": names(hold.products, grid), "what": what}
    elif rule.measure != "dates":
        what = _("%(what)s en tout") % {"what": what}
    words = {"when": _moment(hold, grid), "what": what, "has": has, "advice": _advice(hold, grid, quantities)}
    return _("%(when)s : %(what)s, pas %(has)s. %(advice)s") % words


def amount(measure: Measure, number: int, *, named: bool = False) -> str:
    """A number in the unit of a rule: `3 produits`, `4,00 €`, `12 points`, `10 livraisons`; named pieces are bare."""
    if measure == "amount":
        return format_euros(number)
    if measure == "dates":
        return ngettext("%(n)s livraison", "%(n)s livraisons", number)
    if measure == "points":
        return ngettext("%(n)s point", "%(n)s points", number)
    return str(number) if named else ngettext("%(n)s produit", "%(n)s produits", number)


def names(products: Sequence[int], grid: Grid) -> str:
    """`« Beurre », « Lait » et « Tomme »`; of many, three and how many others."""
    quoted = [_("« %(name)s »") % {"name": grid.products[key]} for key in products if key in grid.products]
    quoted = quoted or [_("un produit retiré")]
    shown = quoted if len(quoted) <= _NAMED + 1 else quoted[:_NAMED]
    if len(shown) < len(quoted):
        more = len(quoted) - len(shown)
        shown = [*shown, ngettext("%(n)s autre", "%(n)s autres", more)]
    return _listed(shown)


def _listed(items: Sequence[str]) -> str:
    if len(items) < 2:
        return "".join(items)
    return _("%(first)s et %(last)s") % {"first": ", ".join(items[:-1]), "last": items[-1]}


def _is_whole(rule: Rule) -> bool:
    return not rule.products and not rule.apart


def _may_be_nothing(rule: Rule) -> bool:
    return rule.or_nothing and rule.operator in {"=", ">="}


def _when(rule: Rule, grid: Grid) -> str:
    if rule.dates == "each":
        return _("À chaque livraison")
    if rule.dates == "season":
        return _("Sur la saison")
    days = sorted({cell.day for cell in grid.cells if cell.delivery_id in rule.dates})
    if not days:
        return _("À des livraisons passées")
    if len(days) == 1:
        return _("Le %(day)s") % {"day": long_day(days[0])}
    if len(days) <= _NAMED:
        return _("Pour les livraisons du %(days)s") % {"days": _(" et du ").join(long_day(day) for day in days)}
    words = {"n": len(days), "first": long_day(days[0]), "last": long_day(days[-1])}
    return _("Pour %(n)s livraisons entre le %(first)s et le %(last)s") % words


def _moment(hold: Hold, grid: Grid) -> str:
    alone = hold.delivery
    return _("Le %(day)s") % {"day": long_day(alone.day)} if alone else _when(hold.rule, grid)


def _what(rule: Rule, grid: Grid, bound: str) -> str:
    """Commas and all: `, prenez … en tout`, `, « Beurre » : …`."""
    if _is_whole(rule):
        if rule.measure == "dates":
            return _(", prenez quelque chose à %(bound)s") % {"bound": bound}
        return _(", prenez %(bound)s en tout") % {"bound": bound}
    known = names(rule.products, grid)
    if not rule.products:
        return _(", chaque produit : %(bound)s") % {"bound": bound}
    if rule.apart and len(rule.products) > 1:
        return _(", %(names)s, chacun : %(bound)s") % {"names": known, "bound": bound}
    return _(", %(names)s : %(bound)s") % {"names": known, "bound": bound}


def _bound(rule: Rule, value: int, grid: Grid) -> str:
    """`au moins 4,00 €`, `au plus 1 pour 4 produits`."""
    words = {"amount": amount(rule.measure, value, named=not _is_whole(rule))}
    bounds = {
        ">=": _("au moins %(amount)s"), "<=": _("au plus %(amount)s"), "=": _("exactement %(amount)s"),
        "multiple": _("un multiple de %(amount)s"),
    }  # fmt: skip
    return bounds[rule.operator] % words + (_base(rule, rule.every, grid) if rule.for_each else "")


def _base(rule: Rule, number: int, grid: Grid) -> str:
    """` pour 4 produits`, ` pour 2 « Lait »`, ` pour 10,00 € de « Lait » et « Yaourt »`."""
    if set(rule.for_each) >= set(grid.products):
        return _(" pour %(amount)s") % {"amount": amount(rule.measure, number)}
    words = {"amount": amount(rule.measure, number, named=True), "names": names(rule.for_each, grid)}
    if rule.measure == "quantity" and len(rule.for_each) == 1:
        return _(" pour %(amount)s %(names)s") % words
    return _(" pour %(amount)s de %(names)s") % words


def _advice(hold: Hold, grid: Grid, quantities: Quantities) -> str:
    beyond = excess(hold, quantities)
    nothing = _(", ou ne prenez rien") if _is_whole(hold.rule) else _(", ou n’en prenez pas")
    if hold.rule.operator == "multiple":
        return _multiples(hold, measured(hold.rule.measure, hold.cells, quantities))
    if beyond > 0:
        return _less(hold, grid, _needed(hold, beyond)) + (nothing if _may_be_nothing(hold.rule) else "") + "."
    return _more(hold, grid, _needed(hold, -beyond)) + (nothing if _may_be_nothing(hold.rule) else "") + "."


def _needed(hold: Hold, gap: int) -> int:
    """By how much to change what is taken to close the gap; 0 when changing it alone closes nothing.

    In a proportion, products that stand on both sides move both.
    """
    rule = hold.rule
    if not rule.for_each:
        return gap
    pace = rule.every - (hold.value if set(hold.products) <= set(rule.for_each) else 0)
    return -(-gap // pace) if pace > 0 else 0


def _less(hold: Hold, grid: Grid, number: int) -> str:
    if not number:
        return _("Changez la part de chaque produit")
    words = _counted(hold, grid, number)
    if hold.rule.measure == "dates":
        return _("Ne prenez plus rien%(of)s à %(amount)s") % words
    if hold.rule.measure in {"amount", "points"} and hold.rule.operator != "=":
        return _("Enlevez au moins %(amount)s%(of)s") % words
    return _("Enlevez %(amount)s%(of)s") % words


def _more(hold: Hold, grid: Grid, number: int) -> str:
    if not number:
        return _("Changez la part de chaque produit")
    words = _counted(hold, grid, number)
    if hold.rule.measure == "dates":
        more = ngettext("%(n)s livraison de plus", "%(n)s livraisons de plus", number)
        return _("Prenez quelque chose%(of)s à %(more)s") % (words | {"more": more})
    if hold.rule.measure in {"amount", "points"} and hold.rule.operator != "=":
        return _("Ajoutez au moins %(amount)s%(of)s") % words
    return _("Ajoutez %(amount)s%(of)s") % words


def _counted(hold: Hold, grid: Grid, number: int) -> dict[str, str]:
    """An amount and of what: `2 « Beurre »`, `1,20 € de « Lait » et « Tomme »`, `2 produits`."""
    known, pieces = names(hold.products, grid), hold.rule.measure == "quantity"
    if _is_whole(hold.rule):
        return {"amount": amount(hold.rule.measure, number), "of": ""}
    alone = pieces and len(hold.products) == 1
    return {
        "amount": amount(hold.rule.measure, number, named=alone),
        "of": (_(" %(names)s") if alone else _(" de %(names)s")) % {"names": known},
    }


def _multiples(hold: Hold, taken: int) -> str:
    """The nearest multiples that can be had."""
    below = taken - taken % hold.value if hold.value else 0
    above, rule = below + hold.value, hold.rule
    near = [number for number in (below, above) if 0 < number <= _room(hold) and hold.value]
    if not near:
        return _("N’en prenez pas.")
    told = [amount(rule.measure, number, named=True) for number in near]
    words = {"choices": _(" ou ").join(told) + (_(", ou rien") if len(near) == 1 and below == 0 else "")}
    if rule.measure in {"amount", "points"}:
        return _("Prenez-en pour %(choices)s.") % words
    return (_("Prenez-en à %(choices)s.") if rule.measure == "dates" else _("Prenez-en %(choices)s.")) % words


def _room(hold: Hold) -> int:
    everything: dict[tuple[int, int], int] = {cell[:2]: cell.most for cell in hold.cells}
    return measured(hold.rule.measure, hold.cells, everything)
