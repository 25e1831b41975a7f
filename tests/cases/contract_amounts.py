"""Amounts that a formula names, as the application makes them: what is signed, else the plugin's own arithmetic."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from cases.contract_days import facts
from cases.contract_offers import Opened
from cases.contract_oracle import Term
from cases.contract_products import Option, price_of_decimal
from cases.contract_season import Order, Season, Signed
from cases.contract_terms import ACCOUNT
from courtil.domain.contracts import MOST_BASKETS, Charge, total
from courtil_contracts.domain import prices
from courtil_contracts.domain.prices import Fee


class NotExpressible(Exception):
    """A rule or a stated fact that has no place in the application; the message names it."""


@dataclass(frozen=True)
class Named:
    """A product that a term names, and how many of it: pieces, with what is left of the counts."""

    offer: Opened
    option: int
    pieces: int
    times: tuple[int, ...]


def amount(season: Season, terms: Sequence[Term], what: str) -> int:
    """The cents of a sum or difference of terms, in words `what`. Raises NotExpressible."""
    over = {term.over for term in terms}
    if len(over) != 1:
        raise NotExpressible(f"sum of parts of different amounts: {what}")
    if divisors := over.pop():
        whole = amount(season, [Term(t.times, t.decimals, (), t.sign) for t in terms], what)
        return prices.prorata(whole, 1, Term(divisors).count)
    plus, minus = ([term for term in terms if term.sign == sign] for sign in (1, -1))
    if minus:
        return difference(season, plus, minus, what)
    if (share := _share(season, plus)) is not None:
        return share
    if (ordered := _ordered(season, plus)) is not None:
        return ordered
    return total((), [Charge(what, alone(season, term, what)) for term in plus])


def difference(season: Season, plus: Sequence[Term], minus: Sequence[Term], what: str) -> int:
    """What is left: membership less the months that went by, a real weight less its advance, else a settlement."""
    membership = facts(season.published.raw, "membership")
    if membership.get("pro_rata") and len(plus) == len(minus) == 1 and _cents(plus[0]) == season.published.joining:
        return joined_late(season, minus[0])
    if len(plus) == len(minus) == 1 and (weighed := _weighed(season, plus[0], minus[0])) is not None:
        return weighed
    return prices.settlement(amount(season, [_positive(t) for t in minus], what), amount(season, plus, what))


def joined_late(season: Season, elapsed: Term) -> int:
    """The membership of a year for the months that are left. Raises NotExpressible when a month is not a twelfth."""
    step = price_of_decimal(elapsed.decimals[0])
    if step is None or step * 12 != season.published.joining:
        raise NotExpressible("membership that lowers by another amount than a twelfth each month")
    return prices.prorata(season.published.joining, 12 - elapsed.count, 12)


def _weighed(season: Season, plus: Term, minus: Term) -> int | None:
    """What weighing a piece changes in its contract: a real weight at the price of a kilogram, less the advance."""
    for offer in season.offers:
        for index, option in enumerate(offer.options):
            grams = _grams(plus, option)
            if option.weighed and grams and _cents(minus) == option.price:
                settled = prices.settlement(option.price, prices.by_weight(grams, option.kg_cents))
                return season.charged(Order(offer, {index: 1}, first=1), [Charge("Pesée", settled)])
    return None


def _share(season: Season, terms: Sequence[Term]) -> int | None:
    """A payer's per cents of an amount: `49 * 19.00 * 0.20`."""
    for term in terms if len(terms) == 1 else ():
        for value in term.decimals if len(term.decimals) == 2 else ():
            rest = Term(term.times, tuple(x for x in term.decimals if x is not value))
            if value * 100 in season.published.shares.values() and value < 1:
                return prices.prorata(amount(season, [rest], "part"), int(value * 100), 100)
    return None


def _ordered(season: Season, terms: Sequence[Term]) -> int | None:
    """What one household signs who takes all that the terms name, the fees among them; None unless all are known."""
    named, fees = [], []
    for term in terms:
        product, fee = named_by(season, term), _fee(season, term)
        if product is not None:
            named.append(product)
        elif fee is not None:
            fees.append(fee)
        else:
            return None
    if not named or len({(one.offer.offer_id, one.times) for one in named}) != 1:
        return None
    return _of_order(season, named, fees)


def _of_order(season: Season, named: Sequence[Named], fees: Sequence[int]) -> int:
    """The whole contract when one of the counts says how many deliveries, else what one delivery costs."""
    offer, times = named[0].offer, named[0].times
    pieces: dict[int, int] = {}
    for product in named:
        pieces[product.option] = pieces.get(product.option, 0) + product.pieces
    for number in times:
        each = Term(times).without(number).count
        order = lasting(season, Order(offer, _times(pieces, each), fees=fees), number)
        if order is not None:
            return _worth(season.sign(order), _kept_fees(offer, fees))
    quantities = _times(pieces, Term(times).count)
    if fees:
        return _worth(season.sign(Order(offer, quantities, last=1, fees=fees)), _kept_fees(offer, fees))
    return at_once(season, Order(offer, quantities))


def _times(pieces: Mapping[int, int], number: int) -> dict[int, int]:
    return {option: number * count for option, count in pieces.items()}


def lasting(season: Season, order: Order, number: int) -> Order | None:
    """The order for so many deliveries or months: the season, a trial, one in two, or what is left when joining late.

    A small number that is none of them is a quantity.
    """
    offer, index = order.offer, next(iter(order.quantities))
    option = offer.options[index]
    if option.per == "month":
        return order if number == offer.terms.months else None
    for other, twin in enumerate(offer.options):
        for rhythm in twin.rhythms:
            tried = Order(offer, {other: order.quantities[index]}, rhythm, fees=order.fees)
            tried = order if other == index and rhythm == "every" else tried
            if (twin.price, twin.per) == (option.price, option.per) and _comes(season, tried) == number:
                return tried
    late = Order(offer, order.quantities, option.rhythms[0], last=number, fees=order.fees)
    return late if 10 <= number < len(offer.days) and season.total(late) is not None else None


def _comes(season: Season, order: Order) -> int:
    """On how many deliveries something comes."""
    asked = season.quote(order)
    return 0 if asked.problems else len({line.delivery_id for line in asked.lines})


def at_once(season: Season, order: Order) -> int:
    """What one delivery of the order costs; for what is paid as a whole or by the month, that."""
    offer, (index, *_more) = order.offer, order.quantities
    option = offer.options[index]
    if option.per == "delivery":
        full = Order(offer, order.quantities, option.rhythms[0], first=_first(offer))
        signed = season.sign(full)
        first = min(signed.deliveries, key=list(offer.delivery_ids).index)
        return sum(cents for (_product, delivery), (_n, cents) in signed.lines.items() if delivery == first)
    whole = total((), season.sign(order).charges)
    return prices.prorata(whole, 1, offer.terms.months) if option.per == "month" else whole


def _first(offer: Opened) -> int | None:
    """The number of dates that a rule asks for, where dates are chosen."""
    return min((rule.value for rule in offer.terms.rules if rule.measure == "dates"), default=None)


def _worth(signed: Signed, fees: Sequence[Fee]) -> int:
    """The contract without the fees that nobody asked about."""
    left_out = [one for one in signed.charges if any(one.label.startswith(fee.label) for fee in fees)]
    return signed.total - total((), left_out)


def _kept_fees(offer: Opened, asked: Sequence[int]) -> list[Fee]:
    return [fee for number, fee in enumerate(offer.terms.fees) if number not in asked]


def named_by(season: Season, term: Term) -> Named | None:
    """The product whose price, or whose price of a kilogram with a weight, the term has."""
    for offer in season.offers:
        for index, option in enumerate(offer.options):
            if not option.published or offer.kind == ACCOUNT:
                continue
            if term.decimals == (Decimal(option.price) / 100,) and not (option.kg_cents and option.grams):
                return Named(offer, index, 1, term.times)
            if option.kg_cents and option.grams and not option.weighed:
                pieces, times = _pieces(term, option)
                if pieces:
                    return Named(offer, index, pieces, times)
    return None


def _pieces(term: Term, option: Option) -> tuple[int, tuple[int, ...]]:
    """How many steps of its weight the term has, and the counts that are left; none for another price."""
    rest = list(term.decimals)
    price = Decimal(option.kg_cents) / 100
    if price not in rest:
        return 0, ()
    rest.remove(price)
    if not rest and term.times:
        return (term.times[0] * 1000) // option.grams, term.times[1:]
    pieces, odd = divmod(rest[0] * 1000, option.grams) if len(rest) == 1 else (Decimal(0), Decimal(1))
    return (0, ()) if odd else (int(pieces), term.times)


def _fee(season: Season, term: Term) -> int | None:
    """The number of the fee that a term names."""
    fees = season.offers[0].terms.fees if season.offers else ()
    return next((n for n, fee in enumerate(fees) if term.decimals == (Decimal(fee.cents) / 100,)), None)


def alone(season: Season, term: Term, what: str) -> int:
    """One term by itself: a weight at a price, a duty that was not done, a product at a price of its own."""
    if (named := named_by(season, term)) is not None:
        return _of_order(season, [named], [])
    if len(term.decimals) == 2 and (cents := _kilos(term.decimals)) is not None:
        return prices.by_weight(int(term.decimals[1 - cents] * 1000), int(term.decimals[cents] * 100)) * term.count
    price = _cents(term, counted=False)
    if price is None:
        raise NotExpressible(f"no amount in a term: {what}")
    if price == season.published.penalty:
        return _not_done(season, price, term.count)
    if term.times and re.search(r"\bkg\b", what):
        return prices.by_weight(term.count * 1000, price)
    if (order := season.costing(price) if not term.times else None) is not None:
        return season.sign(order).total
    return _at_price(season, price, term.count)


def _kilos(decimals: Sequence[Decimal]) -> int | None:
    """Which of two factors is the price: the one with cents, the other being a weight."""
    priced = [n for n, value in enumerate(decimals) if value.as_tuple().exponent == -2]
    return priced[-1] if priced else None


def _at_price(season: Season, price: int, count: int) -> int:
    """So many deliveries, or so many at one delivery, of a product at this price."""
    offer = season.with_price(price)
    if count > 1 and count == len(offer.days):
        return season.sign(Order(offer, {0: 1})).total
    if count > MOST_BASKETS:
        raise NotExpressible(f"{count} pieces of one product")
    return at_once(season, Order(offer, {0: count}))


def _not_done(season: Season, cents: int, times: int) -> int:
    """Duties that were not done, as charges on a contract that is signed."""
    fee = Fee(label="Demi-journée non faite", cents=cents, per="basket")
    return season.charged(season.fullest(season.offers[0]), prices.charges([fee], (), 1, times))


def _grams(term: Term, option: Option) -> int:
    """The weight that the term has beside the option's price of a kilogram; zero for another term."""
    price = Decimal(option.kg_cents) / 100
    rest = [value for value in term.decimals if value != price]
    return int(rest[0] * 1000) if len(term.decimals) == 2 and len(rest) == 1 and not term.times else 0


def _cents(term: Term, *, counted: bool = True) -> int | None:
    if len(term.decimals) != 1 or (counted and term.times):
        return None
    return price_of_decimal(term.decimals[0])


def _positive(term: Term) -> Term:
    return Term(term.times, term.decimals, term.over)
