"""How a published contract may be paid: the numbers of payments, their days, their rounding, to whose order."""

import re
from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from cases.contract_days import MONTH, MONTHS, facts
from cases.contract_products import cents

Way = dict[str, Any]


def ways_of(raw: Mapping[str, Any], label: str, days: Sequence[date], months: int) -> list[Way]:
    """Ways to pay, as the terms of an offer have them."""
    payment = facts(raw, "payment")
    given = payment.get("instalments")
    if isinstance(given, dict) and label in given:
        given = given[label]
    counts, per = counts_of(given), ""
    if not counts:
        counts, per = counts_in_words(str(payment.get("instalments_rule") or ""), months)
    ways: list[Way] = [{"counts": [count], **details(payment, count, days)} for count in counts]
    if per:
        ways.append({"counts": [], "per": per})
    return ways


def counts_of(given: object) -> list[int]:
    """`[1, 2]`, or each number of `{from: 1, to: 12}`."""
    if isinstance(given, dict) and {"from", "to"} <= set(given):
        return list(range(given["from"], given["to"] + 1))
    return list(given) if isinstance(given, list) else []


def counts_in_words(rule: str, months: int) -> tuple[list[int], str]:
    """A rule in words: for each delivery, each delivery and product, as many as parts, by the month, else numbers."""
    if re.search(r"\bone cheque per \w+ and per \w+", rule):
        return [], "delivery_product"
    if re.search(r"\b(?:one|a|1) cheque per (?:basket|delivery|distribution|parcel|window)\b", rule):
        return [], "delivery"
    if "as many cheques as" in rule:
        return [1], "quantity"
    if "at most one cheque per month" in rule:
        return list(range(1, min(months, 12) + 1)), ""
    if rule == "monthly":
        return [months], ""
    return sorted({int(number) for number in re.findall(r"\b\d{1,2}\b", rule) if 1 <= int(number) <= 24}) or [1], ""


def details(payment: Mapping[str, Any], count: int, days: Sequence[date]) -> Way:
    """Days and rounding of a plan of that many payments."""
    way = rounding(_about(str(payment.get("rounding") or ""), count))
    cash_in = str(payment.get("cash_in") or "")
    if payment.get("cash_in_dates"):
        return way | {"dates": "listed", "listed": payment["cash_in_dates"]}
    if "at each delivery" in cash_in and count == len(days):
        return way | {"dates": "delivery"}
    begins = re.search(rf"from early {MONTH}", _about(cash_in, count), re.IGNORECASE)
    if begins and days:
        way |= {"starts_on": _month_after(days[0], MONTHS.index(begins[1].lower()) + 1)}
        if "at most two months apart" in cash_in:
            way |= {"dates": "free", "every_months": 2}  # a bound for the days that the member writes
    return way


def _about(text: str, count: int) -> str:
    """What a text such as `1 cheque: …; 2 or 4 cheques: …` says of that many; all of it when it names no number."""
    clauses = [(re.search(r"((?:\d+(?: or | and |, )?)+) cheques?", clause), clause) for clause in text.split(";")]
    if not any(numbers for numbers, _clause in clauses):
        return text
    return "; ".join(clause for numbers, clause in clauses if numbers and str(count) in re.findall(r"\d+", numbers[1]))


def rounding(text: str) -> Way:
    """`multiples of 0.50`, whole euros with the remainder on the last, else to the cent."""
    coin = re.search(r"multiples of (\d+\.\d\d)", text)
    if coin:
        # "with the odd amounts put on some": what divides evenly is split evenly
        return {"step": int(Decimal(coin[1]) * 100), "even": "odd amounts" in text}
    if "whole euro" in text:
        return {"amounts": "whole_euros"} if "last" in text else {"step": 100}
    return {}


def turns_of(raw: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Payees who follow each other, each with its first day and its own numbers of payments."""
    payees = facts(raw, "payment").get("payees") or ()
    if not any("period_start" in one for one in payees):
        return []
    return [
        {
            "payee": str(one["payee"]), "begins_on": one.get("period_start"),
            "ways": [{"counts": counts_of(one.get("instalments")) or [1]}],
        }
        for one in payees
    ]  # fmt: skip


def payees_of(raw: Mapping[str, Any]) -> dict[str, int]:
    """Payees of the same deliveries, each for its part of the amount."""
    payees = [] if turns_of(raw) else facts(raw, "payment").get("payees") or ()
    return {str(one["payee"]): cents(one["amount_eur"]) for one in payees if one.get("amount_eur")}


def _month_after(day: date, month: int) -> date:
    """The first of this month in the year that begins that day."""
    first = date(day.year, month, 1)
    return first if first >= day.replace(day=1) else first.replace(year=day.year + 1)
