"""What a case expects, asked of the application: dates, prices, totals, payments, shares, what is refused."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from cases.contract_amounts import NotExpressible, amount, at_once
from cases.contract_days import SOME_DAY, first_weekday
from cases.contract_oracle import Term, Unreadable, terms_of
from cases.contract_products import MADE_UP, Option, cents, price_of_decimal
from cases.contract_season import Order, Season, Signed
from cases.contract_terms import BY_DATE
from courtil.domain.calendar import occurrences
from courtil.domain.money import Cents, split
from courtil_contracts.domain import prices
from courtil_contracts.domain.plan_changes import manual
from courtil_contracts.domain.plans import Part, Plan

Item = Mapping[str, Any]
MONEY = {"EUR", "CHF", "USD", "EUR/kg", "CHF/kg", "USD/kg"}
CHEQUES = re.compile(r"ch[eè]que|instalment|payment|transfer", re.IGNORECASE)


def check(season: Season, item: Item) -> None:
    """Ask for one figure. Raises NotExpressible, or AssertionError when it differs."""
    try:
        terms = terms_of(str(item["formula"])) if "formula" in item else []
    except Unreadable as error:
        raise NotExpressible(f"formula {item['formula']}") from error
    unit = str(item.get("unit"))
    if unit in MONEY:
        check_money(season, item, terms)
    elif "calendar" in item:
        check_calendar(season, item)
    elif unit == "deliveries" or "count_of" in item:
        check_deliveries(season, item, terms)
    else:
        check_count(season, item, terms, unit)


def right(item: Item) -> object:
    """What must be produced: the source's figure, or the right one where the source does not add up."""
    return item["computed"] if item.get("agrees") is False else item["stated"]


def check_calendar(season: Season, item: Item) -> None:
    """The weekdays from one day to another less some, as dates of an offer."""
    rule = item["calendar"]
    first = first_weekday(rule["start"], rule["weekday"])
    days = occurrences(first, last=rule["end"], excluded=rule.get("excluded") or ())
    offer = season.on_days(days, Option("Panier", "", MADE_UP))
    assert len(season.sign(Order(offer, {0: 1})).deliveries) == right(item), item["what"]


def check_deliveries(season: Season, item: Item, terms: Sequence[Term]) -> None:
    """On how many dates something comes for who takes all there is; `25 + 24` for two who share a basket."""
    if len(terms) > 1 and all(term.sign == 1 for term in terms):
        check_halves(season, item, [term.count for term in terms])
        return
    found = [one for one in season.offers if one.label and one.label in str(item["what"])] or season.offers
    if not found:
        raise NotExpressible(f"no calendar: {item['what']}")
    for offer in found:
        order = season.fullest(offer)
        if order.first and order.first < len(offer.days):
            everything = Order(offer, order.quantities, order.rhythm)
            assert season.total(everything) is None, item["what"]
        signed = season.sign(order)
        assert len(signed.deliveries or offer.days) == right(item), item["what"]


def check_halves(season: Season, item: Item, halves: Sequence[int]) -> None:
    """Two households who share a basket never come on the same date, and between them on all."""
    for offer in season.offers:
        for index, option in enumerate(offer.options):
            if {"first", "second"} <= set(option.rhythms):
                one, other = (
                    season.sign(Order(offer, {index: 1}, rhythm)).deliveries for rhythm in ("first", "second")
                )
                assert [len(one), len(other)] == list(halves), item["what"]
                assert len(one | other) == len(one) + len(other) == right(item), item["what"]
                return
    raise NotExpressible(f"no basket to share: {item['what']}")


def check_money(season: Season, item: Item, terms: Sequence[Term]) -> None:
    """A list of prices, a stated price, payments, or what a formula makes."""
    if isinstance(item["stated"], list):
        found = [option.price for offer in season.offers for option in offer.options]
        assert sorted(found) == sorted(cents(price) for price in item["stated"]), item["what"]
        for offer in season.offers:
            for index, option in enumerate(offer.options):
                assert at_once(season, Order(offer, {index: 1})) == option.price, item["what"]
    elif not terms:
        check_stated(season, item, cents(item["stated"]))
    elif CHEQUES.search(str(item["what"])) and _amounts(terms) and _whole(season, item, terms) is not None:
        check_payments(season, item, terms)
    else:
        compare(item, amount(season, terms, str(item["what"])))
        if item.get("agrees") is False:
            check_printed_total(season, item, terms)


def compare(item: Item, found: int) -> None:
    """A bound, a figure within its tolerance, or to the cent."""
    wanted = str(right(item))
    if wanted.startswith("<"):
        assert found < cents(wanted.strip("< =")), item["what"]
        return
    tolerance = cents(item["tolerance"]) if "tolerance" in item else 0
    assert abs(found - cents(wanted)) <= tolerance, f"{item['what']}: {found}"


def check_stated(season: Season, item: Item, wanted: int) -> None:
    """A price, a fee, what joining costs; else an amount that the signed words tell."""
    published = season.published
    if re.search(r"\bmembership|adh[ée]sion", str(item["what"])) and published.joining:
        assert at_once(season, Order(season.with_price(published.joining, "contract"), {0: 1})) == wanted, item["what"]
        return
    for offer in season.offers:
        for index, option in enumerate(offer.options):
            if option.published and option.price == wanted:
                assert at_once(season, Order(offer, {index: 1})) == wanted, item["what"]
                return
        for number, fee in enumerate(offer.terms.fees):
            if fee.cents == wanted:
                signed = season.sign(Order(offer, {0: 1}, last=1, fees=[number]))
                assert wanted in [charge.cents for charge in signed.charges], item["what"]
                return
    check_words(season, item, wanted)


def check_words(season: Season, item: Item, wanted: int) -> None:
    """An amount that nobody pays, such as what a basket may be worth, stands in the product's words that are signed."""
    for offer in season.offers:
        for index, option in enumerate(offer.options):
            amounts = re.search(r"(\d+(?:,\d\d)?)(?: à (\d+(?:,\d\d)?))? €", option.unit)
            if amounts and wanted in [cents(text) for text in amounts.groups() if text]:
                assert option.unit in season.sign(Order(offer, {index: 1})).text, item["what"]
                return
    raise NotExpressible(f"stated fact: {item['what']}")


def _amounts(terms: Sequence[Term]) -> list[int]:
    """Each payment of `2 * 62.00 + 1 * 61.50`; none for another form."""
    found = []
    for term in terms:
        price = price_of_decimal(term.decimals[0]) if len(term.decimals) == 1 else None
        if price is None or term.over or term.sign < 0 or len(term.times) > 1:
            return []
        found += [int(price)] * term.count
    return found


def _whole(season: Season, item: Item, terms: Sequence[Term]) -> tuple[Order, str] | None:
    """The order, or the turn of a payee in it, that costs what the payments make."""
    wanted = cents(item["stated"])
    for offer in season.offers:
        for turn in offer.terms.turns:
            signed = season.sign(season.fullest(offer))
            if sum(paid for paid, payee in signed.payments if payee == turn.payee) == wanted:
                return season.fullest(offer), turn.payee
    found = season.costing(wanted)
    return (found, "") if found else None


def check_payments(season: Season, item: Item, terms: Sequence[Term]) -> None:
    """The payments of the contract that costs the total; printed ones that do not add up are kept, with a warning."""
    wanted, whole = sorted(_amounts(terms)), _whole(season, item, terms)
    assert whole is not None
    order, payee = whole
    try:
        signed = season.sign(order, len(wanted), payee)
    except LookupError as error:
        raise NotExpressible(f"{len(wanted)} payments: {item['what']}") from error
    if item.get("agrees") is False:
        check_printed(signed, wanted, item)
        return
    assert sorted(paid for paid, to in signed.payments if not payee or to == payee) == wanted, item["what"]
    assert sum(wanted) == cents(item["stated"]), item["what"]


def check_printed(signed: Signed, printed: Sequence[int], item: Item) -> None:
    """The schedule is exact; the printed payments can be kept as they are, and the difference is told."""
    assert sum(paid for paid, _payee in signed.payments) == signed.total
    kept, warning = manual(plan_of(signed), printed)
    assert kept.cents == cents(item["computed"]), item["what"]
    assert warning, item["what"]


def check_printed_total(season: Season, item: Item, terms: Sequence[Term]) -> None:
    """A printed total that is not the contract's: kept as one payment, with a warning."""
    order = season.costing(cents(item["computed"]))
    if order is not None:
        kept, warning = manual(plan_of(season.sign(order, 1)), [cents(item["stated"])])
        assert kept.cents == cents(item["stated"]), item["what"]
        assert warning, item["what"]


def plan_of(signed: Signed) -> Plan:
    """The plan that was signed."""
    day = SOME_DAY
    return Plan(key="", parts=tuple(Part(due_on=day, cents=Cents(paid)) for paid, _payee in signed.payments))


def check_count(season: Season, item: Item, terms: Sequence[Term], unit: str) -> None:
    """Payments, per cents, kilograms, pieces of a formula, a least number of pieces."""
    if unit in {"cheques", "payments"}:
        offer = season.offers[0]
        names = [option.row["name"] if option.row else option.name for option in offer.options]
        one_of_each = {names.index(name): 1 for name in names} if offer.kind == BY_DATE else {0: 1}
        assert season.longest(Order(offer, one_of_each)) == right(item), item["what"]
    elif unit == "percent":
        check_shares(season, item)
    elif unit == "kg":
        check_weight(season, item, terms)
    else:
        check_pieces(season, item, unit)


def check_shares(season: Season, item: Item) -> None:
    """Shares out of so many hundredths carry an amount whole, each with its part."""
    shares = list(season.published.shares.values())
    if not shares:
        raise NotExpressible(f"stated fact: {item['what']}")
    whole = Cents(1_000_01)
    parts = split(whole, shares)
    assert sum(parts) == whole
    exact = [prices.prorata(whole, share, int(item["stated"])) for share in shares]
    assert all(abs(part - one) <= 1 for part, one in zip(parts, exact, strict=True)), item["what"]


def check_weight(season: Season, item: Item, terms: Sequence[Term]) -> None:
    """Goods that weigh so much cost what that weight costs."""
    grams = int(item["stated"]) * 1000
    if terms and len(terms[0].times) == 2:
        pieces, each = terms[0].times
        assert prices.estimate(pieces, each * 1000, MADE_UP) == prices.by_weight(grams, MADE_UP), item["what"]
        return
    for offer in season.offers:
        for index, option in enumerate(offer.options):
            if option.weighed:
                paid = at_once(season, Order(offer, {index: 1}))
                assert paid == prices.by_weight(grams, option.kg_cents), item["what"]
                return
    raise NotExpressible(f"stated fact: {item['what']}")


def check_pieces(season: Season, item: Item, unit: str) -> None:
    """How many times a formula comes, or the least number that a rule asks for in the season."""
    what, wanted = str(item["what"]), int(item["stated"])
    for offer in season.offers:
        for index, option in enumerate(offer.options):
            if option.row and unit in option.row and option.name in what:
                assert len(season.sign(Order(offer, {index: 1})).deliveries) == wanted, what
                return
        for rule in offer.terms.rules:
            if rule.measure == "quantity" and rule.dates == "season" and re.search(r"\bminimum\b", what):
                assert season.total(Order(offer, {0: wanted - 1}, first=1)) is None, what
                assert season.total(Order(offer, {0: wanted}, first=1)) is not None, what
                return
    raise NotExpressible(f"stated fact: {what}")
