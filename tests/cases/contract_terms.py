"""The terms of a published contract as the adapter reads them: dates, products, prices, payments, and the rules it cannot say."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import yaml

from courtil.domain.calendar import occurrences
from courtil.domain.money import Cents, parse_cents

SOME_DAY = date(2027, 1, 7)
"""Where a season begins whose source gives only its length."""

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
WEEKS = {
    "weekly": 1,
    "every_2_weeks": 2,
    "every_4_weeks": 4,
    "monthly": 4,
    "every_2_months": 8,
    "quarterly": 13,
    "irregular": 4,
    "mixed": 1,
}


def cents(value: object) -> Cents:
    return parse_cents(str(value))


@dataclass(frozen=True)
class Option:
    """A product of the offer."""

    name: str
    unit: str
    price: Cents


@dataclass
class Terms:
    """What of a case finds a place in an offer; `missing` names the rules that do not."""

    name: str
    days: list[date] = field(default_factory=list)
    options: list[Option] = field(default_factory=list)
    counts: list[int] = field(default_factory=lambda: [1])
    step: int = 1
    clauses: str = ""
    expected: Sequence[Mapping[str, Any]] = ()
    missing: list[str] = field(default_factory=list)


def read(path: Path) -> Terms:
    """The terms of a file of the cases' form."""
    raw = yaml.safe_load(path.read_text("utf-8"))
    terms = Terms(name=str(raw.get("title") or raw["id"]), expected=raw.get("expected") or [])
    terms.missing += missing_rules(raw)
    terms.days = days_of(raw, terms)
    terms.options = options_of(raw, terms)
    payment = raw.get("payment") or {}
    terms.counts = counts_of(payment, terms)
    terms.step = step_of(payment)
    terms.clauses = clauses_of(raw)
    return terms


def missing_rules(raw: Mapping[str, Any]) -> list[str]:
    """Rules of the case that change dates, amounts or payees and that the core's one kind of contract cannot say."""
    payment, rules = raw.get("payment") or {}, raw.get("quantity_rules") or {}
    delivery = raw.get("delivery") or {}
    text = str(rules.get("composition", "")).lower() if isinstance(rules, dict) else str(rules).lower()
    found = {
        "quantities per date": re.search(r"\bfree\b", text) is not None,
        "content exchangeable between products (units, points)": "changeable" in text or "min_units" in rules,
        "several payees in one contract": "payees" in payment,
        "account topped up": "account_topups_eur" in payment,
        "flat fee beside the products": "flat_fee_eur" in payment,
        "deposit settled later": bool(payment.get("deposit")),
        "settlement at the end or by weight": bool(payment.get("true_up"))
        and not str(payment["true_up"]).startswith("none"),
        "currency other than euro": raw.get("currency", "EUR") != "EUR",
        "part of the price paid by somebody else": "farmer_receives" in payment or _third_party(raw),
        "weekday that depends on the place": isinstance(delivery.get("weekday"), list),
        "weeks paid differ from weeks delivered": "count_paid" in delivery,
        "several calendars in one contract": isinstance(delivery.get("count"), dict),
        "dates on demand": delivery.get("frequency_code") == "on_demand",
    }
    return [rule for rule, holds in found.items() if holds]


def _third_party(raw: Mapping[str, Any]) -> bool:
    solidarity = raw.get("solidarity")
    return isinstance(solidarity, dict) and bool({"paid_by", "shares", "financing"} & set(solidarity))


def days_of(raw: Mapping[str, Any], terms: Terms) -> list[date]:
    """The dates of the case: those it lists, else those its rule gives."""
    delivery, season = raw.get("delivery") or {}, raw.get("season") or {}
    if delivery.get("dates"):
        return list(delivery["dates"])
    weeks = WEEKS.get(str(delivery.get("frequency_code")), 0)
    start, end = season.get("start"), season.get("end")
    count = delivery.get("count") if isinstance(delivery.get("count"), int) else None
    excluded = delivery.get("excluded_dates") or ()
    if weeks and start and end and delivery.get("weekday") in WEEKDAYS and (excluded or count is None):
        return occurrences(first_weekday(start, delivery["weekday"]), every_weeks=weeks, last=end, excluded=excluded)
    if weeks and start and end and count is None:
        return occurrences(start, every_weeks=weeks, last=end, excluded=excluded)
    if weeks and count:
        return occurrences(_start(start, delivery), every_weeks=weeks, count=count, excluded=excluded)
    if not terms.missing:
        terms.missing.append("calendar not given by dates, count or rule")
    return []


def _start(start: date | None, delivery: Mapping[str, Any]) -> date:
    first = start or SOME_DAY
    weekday = delivery.get("weekday")
    return first_weekday(first, weekday) if weekday in WEEKDAYS else first


def first_weekday(day: date, weekday: str) -> date:
    """The first such weekday on or after a day."""
    return day + timedelta(days=(WEEKDAYS.index(weekday) - day.weekday()) % 7)


def options_of(raw: Mapping[str, Any], terms: Terms) -> list[Option]:
    """The products with a published price per basket or piece; others name their missing rule."""
    found = []
    for option in raw.get("options") or ():
        price, per = option.get("price_eur"), option.get("per")
        if price is None:
            continue
        if per in {"kg", "month", "week", "season", "contract", "parcel"}:
            terms.missing.append({"kg": "price per kg"}.get(per, f"price per {per}"))
            continue
        found.append(Option(str(option["name"]), str(option.get("unit") or ""), cents(price)))
    return found


def counts_of(payment: Mapping[str, Any], terms: Terms) -> list[int]:
    """The numbers of payments on offer."""
    given = payment.get("instalments")
    if isinstance(given, dict) and {"from", "to"} <= set(given):
        return list(range(given["from"], given["to"] + 1))
    if isinstance(given, list):
        return list(given)
    if isinstance(given, dict):
        terms.missing.append("numbers of payments that depend on the product")
    return counts_in_words(str(payment.get("instalments_rule") or ""), len(terms.days))


def counts_in_words(rule: str, deliveries: int) -> list[int]:
    """`one cheque per basket` is as many as deliveries; `1 cheque, or … (2, 3 or 4)` lists them; else one."""
    if re.search(r"\b(?:one|a) cheque per (?:basket|delivery|distribution)\b", rule) and 0 < deliveries <= 24:
        return [deliveries]
    return sorted({int(number) for number in re.findall(r"\b\d{1,2}\b", rule)}) or [1]


def step_of(payment: Mapping[str, Any]) -> int:
    """The smallest coin of a payment, in cents: `multiples of 0.50`, `whole euros`, else the cent."""
    text = str(payment.get("rounding") or "")
    coin = re.search(r"multiples of (\d+\.\d\d)", text)
    if coin:
        return int(Decimal(coin[1]) * 100)
    return 100 if "whole euro" in text else 1


def clauses_of(raw: Mapping[str, Any]) -> str:
    """What the case says of absences, sharing, leaving and duties, as the offer's own clauses."""
    kept = ("quantity_rules", "sharing", "absence", "membership", "duty", "termination", "other_rules")
    return "\n".join(f"{key}: {raw[key]}" for key in kept if raw.get(key))
