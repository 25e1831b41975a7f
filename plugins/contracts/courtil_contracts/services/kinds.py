"""The kinds of contract that the plugin adds: what their choices cost, and why a choice cannot be had."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

from sqlalchemy import select

from courtil.api import (
    BINDING,
    FRENCH,
    MOST_BASKETS,
    Available,
    Charge,
    Contract,
    Costing,
    Line,
    Offer,
    Problem,
    Reader,
    Wanted,
    _,
    format_euros,
    long_day,
    matrix,
    ngettext,
    proposed,
    spoken,
)
from courtil_contracts.domain import goals, prices
from courtil_contracts.domain.choosing import (
    Account,
    ByDate,
    Fees,
    Same,
    by_date,
    months_after,
    same_each_time,
)
from courtil_contracts.domain.rules import Quantities, breaches, sentence
from courtil_contracts.domain.terms import ProductTerms, Terms
from courtil_contracts.domain.turns import Turn
from courtil_contracts.services.pairings import Sharing, days_of, sharing_of
from courtil_contracts.services.sharing import clause, costing_of_second, part_taken_off
from courtil_contracts.services.terms import grid_of, terms_of

BALANCE = "Compte prépayé"
"""The charge of a contract that is an account: what was paid and is still to be ordered."""


@dataclass(frozen=True)
class Facts:
    """What a choice is looked at with: the offer with its products, its terms, what comes when."""

    offer: Offer
    terms: Terms
    cells: Sequence[Available]
    today: date
    by_hand: bool = False
    names: Mapping[int, str] = field(default_factory=dict)
    sharing: Sharing | None = None
    """With whom the household that chooses shares."""
    theirs: frozenset[int] = frozenset()
    """The deliveries of the other household, where each takes every other date."""
    days: int = 0
    """How many deliveries the offer has, those of the other household too."""

    @cached_property
    def until(self) -> date:
        """The last day on which a contract signed today brings something."""
        if self.terms.rolling_months:
            return months_after(self.today, self.terms.rolling_months)
        return max((cell.day for cell in self.cells), default=self.today)

    @cached_property
    def coming(self) -> list[Available]:
        """What a contract signed today could bring."""
        last = self.until
        return [cell for cell in self.cells if self.today < cell.day <= last]


def facts(reader: Reader, offer_id: int, household_id: int = 0, *, by_hand: bool = False) -> Facts:
    """The facts about one offer; a household that takes every other date sees its own. Raises NotFound."""
    offer, terms, cells = proposed(reader, offer_id), terms_of(reader, offer_id), matrix(reader, offer_id)
    names = {one.id: one.product.name for one in offer.products}
    sharing = sharing_of(reader, offer_id, household_id) if household_id else None
    theirs, days = frozenset[int](), len({cell.delivery_id for cell in cells})
    if sharing is not None and sharing.halves:
        theirs = frozenset(key for key, _day, side in days_of(reader, sharing.pairing) if side != sharing.side)
        cells = [cell for cell in cells if cell.delivery_id not in theirs]
        plain = tuple(one.model_copy(update={"rhythms": ("every",)}) for one in terms.products)
        terms = terms.model_copy(update={"products": plain})
    return Facts(offer, terms, cells, reader.today, by_hand, names, sharing, theirs, days)


def cost_same(reader: Reader, wanted: Wanted) -> Costing:
    """What the same baskets cost, each product at its rhythm."""
    known = facts(reader, wanted.offer_id, wanted.household_id, by_hand=wanted.by_hand)
    if (part := costing_of_second(reader, known.sharing)) is not None:
        return part
    choice = Same.model_validate(wanted.choice)
    if known.sharing is not None and known.sharing.halves:
        choice = choice.model_copy(update={"rhythms": {}})
    problems = [*_unknown(known, choice.chosen), *_rhythm_problems(known, choice)]
    quantities = same_each_time(choice, known.terms, known.cells, known.today, known.until)
    coming = {product for product, _delivery in quantities}
    problems += [
        Problem(_("« %(name)s » n’a plus de livraison à venir.") % {"name": known.names[key]}, f"product-{key}")
        for key in choice.chosen
        if key in known.names and key not in coming and known.terms.of(key).per == "delivery"
    ]
    whole = [_whole(known, key, quantity) for key, quantity in choice.chosen.items() if key in known.names]
    chosen = Choice(quantities, choice.fees, [charge for charge in whole if charge])
    return _costing(reader, wanted, known, chosen, problems)


def cost_by_date(reader: Reader, wanted: Wanted) -> Costing:
    """What quantities date by date cost; what is paid as a whole, for the most that is taken at once."""
    known = facts(reader, wanted.offer_id, wanted.household_id, by_hand=wanted.by_hand)
    if (part := costing_of_second(reader, known.sharing)) is not None:
        return part
    choice = ByDate.model_validate(wanted.choice)
    quantities = by_date(choice, known.cells, known.today, known.until)
    chosen = {cell for cell in choice.chosen if cell[1] not in known.theirs}  # a column that is filled knows no turns
    most: dict[int, int] = {}
    for (product, _delivery), quantity in quantities.items():
        most[product] = max(most.get(product, 0), quantity)
    problems = _unknown(known, most)
    if len(quantities) < len(chosen):
        problems.append(Problem(_("Une date choisie n’est plus proposée : vérifiez votre choix.")))
    whole = [_whole(known, key, quantity) for key, quantity in most.items() if key in known.names]
    made = Choice(quantities, choice.fees, [charge for charge in whole if charge])
    return _costing(reader, wanted, known, made, problems)


def cost_account(reader: Reader, wanted: Wanted) -> Costing:
    """What opening an account costs: the amount that is paid in, from which baskets are ordered afterwards."""
    known = facts(reader, wanted.offer_id, by_hand=wanted.by_hand)
    choice = Account.model_validate(wanted.choice)
    problems = _needed(reader, wanted, known.terms)
    if choice.cents not in known.terms.topups:
        problems.append(Problem(_("Choisissez un des montants proposés."), "cents"))
    charges = (Charge(BALANCE, choice.cents),) if choice.cents else ()
    return Costing(charges=charges, problems=tuple(problems), clauses=(_ordering(known.terms.order_days),))


@spoken(FRENCH)
def _ordering(days: int) -> str:
    return ngettext(
        "Le foyer commande sur ce compte, au plus tard %(n)s jour avant chaque livraison.",
        "Le foyer commande sur ce compte, au plus tard %(n)s jours avant chaque livraison.", days,
    )  # fmt: skip


def _unknown(known: Facts, chosen: Mapping[int, int]) -> list[Problem]:
    if not chosen:
        return [Problem(_("Choisissez au moins un produit."))]
    most = {one.id: one.most for one in known.offer.products}
    found = []
    for key, quantity in chosen.items():
        if key not in most:
            found.append(Problem(_("Un produit choisi n’est plus proposé : choisissez de nouveau.")))
        elif quantity > (most[key] or MOST_BASKETS):
            words = {"most": most[key], "name": known.names[key]}
            found.append(Problem(_("Au plus %(most)s « %(name)s » par foyer.") % words, f"product-{key}"))
    return found


def _rhythm_problems(known: Facts, choice: Same) -> list[Problem]:
    return [
        Problem(_("Choisissez un des rythmes proposés."), f"rhythm-{key}")
        for key in choice.chosen
        if key in known.names and choice.rhythms.get(key, "every") not in known.terms.of(key).rhythms
    ]


@spoken(FRENCH)
def _whole(known: Facts, key: int, quantity: int) -> Charge | None:
    """What a product costs that is paid for the whole contract, or by the month."""
    terms = known.terms.of(key)
    if terms.per == "delivery":
        return None
    price = next(one.price_cents for one in known.offer.products if one.id == key)
    months = known.terms.months if terms.per == "month" else 1
    label = f"{quantity} × {known.names[key]}" if quantity > 1 else known.names[key]
    if terms.per == "month":
        label = _("%(what)s, %(n)s mois") % {"what": label, "n": months}
    elif terms.prorated:
        left, whole = (sum(cell.offer_product_id == key for cell in cells) for cells in (known.coming, known.cells))
        if left < whole:
            words = {"what": label, "left": left, "whole": whole}
            label = _("%(what)s, livraisons restantes : %(left)s sur %(whole)s") % words
            price = prices.prorata(price, left, whole)
    return Charge(label, quantity * price * months) if price else None


@dataclass(frozen=True)
class Choice:
    """What was chosen, whatever the kind: quantities by cell, charges for what is paid as a whole, optional fees."""

    quantities: Quantities
    fees: Fees
    whole: Sequence[Charge] = ()


def _costing(reader: Reader, wanted: Wanted, known: Facts, choice: Choice, problems: Sequence[Problem]) -> Costing:
    lines = _lines(known, choice.quantities)
    deliveries, baskets = len({line.delivery_id for line in lines}), sum(line.quantity for line in lines)
    found = [*problems, *_needed(reader, wanted, known.terms)] or _broken(known, choice.quantities)
    charges = [*choice.whole, *prices.charges(known.terms.fees, choice.fees, deliveries, baskets)]
    return Costing(
        lines=tuple(lines),
        charges=(*charges, *part_taken_off(known.sharing, lines, charges)),
        problems=tuple(found),
        clauses=(*clauses(known), *shared_clauses(reader, known)),
    )


def _lines(known: Facts, quantities: Quantities) -> list[Line]:
    return [
        Line(
            cell.offer_product_id, cell.delivery_id, cell.day, quantity,
            _unit_cents(known.terms.of(cell.offer_product_id), quantity, cell.unit_cents),
        )
        for cell in known.cells
        if (quantity := quantities.get((cell.offer_product_id, cell.delivery_id), 0))
    ]  # fmt: skip


def _unit_cents(terms: ProductTerms, quantity: int, price: int) -> int:
    """The price of one piece at one delivery; nothing when the product is paid as a whole."""
    if terms.per != "delivery":
        return 0
    return prices.tiered(quantity, terms.tiers) if terms.tiers else price


def _broken(known: Facts, quantities: Quantities) -> list[Problem]:
    grid = grid_of(known.offer, known.coming, known.terms, known.days)
    return [
        Problem(breach.message, f"product-{breach.products[0]}" if len(breach.products) == 1 else "rules")
        for breach in breaches(known.terms.rules, grid, quantities, by_hand=known.by_hand)
    ]


def _needed(reader: Reader, wanted: Wanted, terms: Terms) -> list[Problem]:
    """The other contract that one must hold."""
    other = terms.needs_offer_id
    if other is None or holds(reader, other, wanted.household_id):
        return []
    name = reader.get(Offer, other).name
    return [Problem(_("Signez d’abord le contrat « %(name)s » : celui-ci en dépend.") % {"name": name})]


def holds(reader: Reader, offer_id: int, household_id: int) -> bool:
    """Whether the household is engaged under this offer."""
    query = select(Contract.id).where(Contract.offer_id == offer_id, Contract.household_id == household_id)
    return reader.session.scalar(query.where(Contract.state.in_(BINDING)).limit(1)) is not None


@spoken(FRENCH)
def clauses(known: Facts) -> list[str]:
    """What the terms add to the text that gets signed, which is French whoever asks."""
    terms = known.terms
    grid = grid_of(known.offer, known.cells, terms)
    found = [sentence(rule, grid) for rule in terms.rules]
    for one in terms.products:
        if one.kg_cents and one.offer_product_id in known.names:
            words = {"name": known.names[one.offer_product_id], "price": format_euros(one.kg_cents)}
            message = _(
                "« %(name)s » est pesé à la livraison, à %(price)s le kilogramme : "
                "l’écart avec l’avance est réglé alors."
            )
            found.append(message % words)
            if one.usual_grams:
                found.append(_usual(known.names[one.offer_product_id], one))
    found += turn_sentences(terms)
    if terms.rolling_months:
        found.append(_("Le contrat dure %(n)s mois à partir de sa signature.") % {"n": terms.rolling_months})
    if least := terms.least_households:
        found.append(ngettext("Le contrat commence à %(n)s foyer.", "Le contrat commence à %(n)s foyers.", least))
    return [*found, *(goals.clause(goal, known.names.get(goal.offer_product_id or 0, "")) for goal in terms.goals)]


def shared_clauses(reader: Reader, known: Facts) -> list[str]:
    """What the text that gets signed says of the other household."""
    return [clause(reader, known.sharing)] if known.sharing else []


def _usual(name: str, terms: ProductTerms) -> str:
    cents = prices.estimate(1, terms.usual_grams, terms.kg_cents)
    words = {"name": name, "weight": prices.kilos(terms.usual_grams), "price": format_euros(cents)}
    return _("« %(name)s » pèse d’habitude %(weight)s kg, soit %(price)s.") % words


def turn_sentences(terms: Terms) -> list[str]:
    """To whose order one pays from when on, where a farm takes over from another."""
    return [_turn_sentence(turn) for turn in sorted(terms.turns, key=lambda turn: turn.since)]


def _turn_sentence(turn: Turn) -> str:
    if turn.begins_on is None:
        return _("Les premières livraisons se paient à l’ordre de %(payee)s.") % {"payee": turn.payee}
    words = {"day": long_day(turn.begins_on), "payee": turn.payee}
    return _("Ce qui est livré à partir du %(day)s se paie à l’ordre de %(payee)s.") % words
