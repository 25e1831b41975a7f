"""Ordering from a prepaid account: baskets of one delivery, paid from what is left; topping the account up."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from courtil.api import (
    MOST_BASKETS,
    NOTHING,
    Amendment,
    Available,
    Cents,
    Charge,
    Contract,
    LineEffect,
    LineNow,
    NotFound,
    Problem,
    Reader,
    Refused,
    Stale,
    Unit,
    _,
    find_contract,
    format_euros,
    held_contract,
    long_day,
    matrix,
)
from courtil_contracts.domain import prices
from courtil_contracts.domain.rules import breaches
from courtil_contracts.domain.terms import Terms
from courtil_contracts.services.kinds import BALANCE
from courtil_contracts.services.terms import grid_of, terms_of
from courtil_contracts.services.weighing import amend_weighed


@dataclass(frozen=True)
class Account:
    """An account as it stands: what is left to order in cents, and the deliveries that may still be ordered for."""

    contract: Contract
    terms: Terms
    balance: Cents
    cells: Sequence[Available]
    today: date

    def last_day(self, day: date) -> date:
        """Until when one may order for a delivery."""
        return day - timedelta(days=self.terms.order_days)

    @property
    def ordered(self) -> dict[tuple[int, int], int]:
        """What was ordered, by product of the offer and delivery."""
        due = (line for line in self.contract.lines if line.effect is LineEffect.DUE)
        return {(line.offer_product_id, line.delivery_id): line.quantity for line in due}

    @property
    def open_days(self) -> dict[int, date]:
        """The deliveries that may still be ordered for, by day."""
        days = sorted({(cell.day, cell.delivery_id) for cell in self.cells})
        return {delivery: day for day, delivery in days if self.last_day(day) >= self.today}


def account(reader: Reader, contract_id: int) -> Account:
    """The account of this contract. Raises NotFound for a contract of another kind."""
    return _account(reader, find_contract(reader, contract_id))


def _account(reader: Reader, found: Contract) -> Account:
    if found.offer.kind != "contracts.account":
        raise NotFound(f"account {found.id}")
    balance = sum(charge.cents for charge in found.charges if charge.label == BALANCE)
    cells = [cell for cell in matrix(reader, found.offer_id) if cell.day > reader.today]
    return Account(found, terms_of(reader, found.offer_id), Cents(balance), cells, reader.today)


def order(
    unit: Unit, contract_id: int, delivery_id: int, quantities: Mapping[int, int], version: int | None = None
) -> Amendment:
    """Order exactly this for one delivery; nothing at all takes an order back. Gives what undoes it.

    Raises NotFound; Stale when the contract is no longer of that version; Refused when it is too late, when a rule is
    broken, or when the account does not hold enough.
    """
    known = held_account(unit, contract_id, version)
    day = next((cell.day for cell in known.cells if cell.delivery_id == delivery_id), None)
    if day is None:
        raise NotFound(f"delivery {delivery_id}")
    if delivery_id not in known.open_days:
        words = {"day": long_day(day), "last": long_day(known.last_day(day))}
        raise Refused(_("Trop tard pour le %(day)s : il fallait commander au plus tard le %(last)s.") % words)
    lines = order_lines(known, delivery_id, quantities)
    here = [line for line in known.contract.lines if line.delivery_id == delivery_id]
    if any(line.effect is not LineEffect.DUE for line in here):
        raise Refused(_("Ce panier n’est pas remis ce jour-là : il ne se commande plus. Choisissez une autre date."))
    before = sum(line.quantity * line.unit_cents for line in here)
    after = sum(line.quantity * line.unit_cents for line in lines.values())
    if after > known.balance + before:
        words = {"left": format_euros(known.balance + before), "cost": format_euros(after)}
        message = _("Cette commande coûte %(cost)s et il reste %(left)s sur le compte : enlevez-en, ou rechargez.")
        raise Refused(message % words)
    what = _("commande pour le %(day)s") % {"day": long_day(day)}
    return amend_weighed(unit, contract_id, Amendment(lines, _charges(known, known.balance + before - after)), what)


def order_lines(known: Account, delivery_id: int, quantities: Mapping[int, int]) -> dict[tuple[int, int], LineNow]:
    """The lines of the delivery as ordered, those that were ordered before and are not any more included.

    Raises NotFound for what does not come then, Refused for what may not be ordered.
    """
    here = [cell for cell in known.cells if cell.delivery_id == delivery_id]
    chosen = {key: quantity for key, quantity in quantities.items() if quantity}
    if not chosen.keys() <= {cell.offer_product_id for cell in here}:
        raise NotFound("product")
    _check(known, here, chosen)
    lines = {(key, delivery): NOTHING for key, delivery in known.ordered if delivery == delivery_id}
    for cell in here:
        if quantity := chosen.get(cell.offer_product_id):
            tiers = known.terms.of(cell.offer_product_id).tiers
            price = prices.tiered(quantity, tiers) if tiers else cell.unit_cents
            lines[cell.offer_product_id, delivery_id] = LineNow(quantity, price)
    return lines


def _check(known: Account, here: Sequence[Available], chosen: Mapping[int, int]) -> None:
    grid = grid_of(known.contract.offer, here, known.terms)
    over = [cell for cell in grid.cells if chosen.get(cell.offer_product_id, 0) > min(cell.most, MOST_BASKETS)]
    if over:
        words = {"most": over[0].most, "name": grid.products[over[0].offer_product_id]}
        raise Refused(Problem(_("Au plus %(most)s « %(name)s » par foyer.") % words, f"q-{over[0].offer_product_id}"))
    rules = [rule for rule in known.terms.rules if rule.dates == "each"]
    quantities = {(cell.offer_product_id, cell.delivery_id): chosen.get(cell.offer_product_id, 0) for cell in here}
    broken = breaches(rules, grid, {cell: number for cell, number in quantities.items() if number}) if chosen else []
    if broken:
        raise Refused(*(Problem(breach.message) for breach in broken))


def _charges(known: Account, balance: int) -> list[Charge]:
    others = [Charge(one.label, one.cents) for one in known.contract.charges if one.label != BALANCE]
    return [*others, Charge(BALANCE, balance)] if balance else others


def held_account(unit: Unit, contract_id: int, version: int | None = None) -> Account:
    """The account with its offer locked. Raises NotFound; Stale when the contract is no longer of that version."""
    found = held_contract(unit, contract_id)
    if version is not None and found.version != version:
        raise Stale
    return _account(unit, found)


def top_up(unit: Unit, contract_id: int, cents: int, version: int | None = None) -> Amendment:
    """Pay one of the proposed amounts into the account: the household owes it to the farm from now on.

    Raises Refused for another amount, Stale when the contract is no longer of that version: a second click is told.
    """
    known = held_account(unit, contract_id, version)
    if cents not in known.terms.topups:
        raise Refused(Problem(_("Choisissez un des montants proposés."), "cents"))
    what = _("compte rechargé de %(amount)s") % {"amount": format_euros(cents)}
    return amend_weighed(unit, contract_id, Amendment(charges=_charges(known, known.balance + cents)), what)
