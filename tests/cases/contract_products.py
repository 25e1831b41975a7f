"""The products of a published contract as an offer sells them: per delivery, contract or month, by steps of weight,
weighed with an advance; what is paid beside them; what their quantities must respect."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from cases.contract_days import facts
from courtil.domain.fields import search_key
from courtil.domain.money import Cents, parse_cents
from courtil_contracts.domain.prices import Fee, by_weight, estimate, read_grams

MADE_UP = Cents(10_00)
"""The price of a product whose price is not published: counts of dates and payments do not depend on it."""

PER = {"contract": "contract", "season": "contract", "year": "contract", "month": "month"}
GOODS = {
    "oil": "huile", "flour": "farine", "bread": "pain", "cheese": "fromage", "egg": "œuf", "milk": "lait",
    "honey": "miel", "meat": "viande", "fruit": "fruit", "vegetable": "légume", "chicken": "poulet",
}  # fmt: skip
KILOS = re.compile(r"(\d+(?:[.,]\d{1,3})?) kg")


def cents(value: object) -> Cents:
    """An amount of a case in cents, whatever the currency. Raises ValueError for anything else."""
    return parse_cents(str(value))


@dataclass(frozen=True)
class Option:
    """A product of the offer; `row` is what the case says of it."""

    name: str
    unit: str
    price: Cents
    per: str = "delivery"
    published: bool = True
    grams: int = 0
    """What one piece weighs, when that makes its price."""
    kg_cents: int = 0
    """What a kilogram costs; `weighed`: the piece is weighed at delivery, and its price is an advance."""
    weighed: bool = False
    deliveries: int | None = None
    rhythms: tuple[str, ...] = ("every",)
    row: Mapping[str, Any] | None = None


def options_of(raw: Mapping[str, Any]) -> list[Option]:
    """The products, told apart by their words; one at a made-up price when the case names none."""
    rows = [row for row in raw.get("options") or () if not row.get("surcharge")]
    options = [_option(raw, row) for row in rows] or [Option("Panier", "", MADE_UP, published=False)]
    keys = [search_key(option.name, option.unit) for option in options]
    return [
        Option(**{**vars(option), "name": f"{option.name} {index + 1}"}) if keys.index(keys[index]) != index else option
        for index, option in enumerate(options)
    ]


def _option(raw: Mapping[str, Any], row: Mapping[str, Any]) -> Option:
    name, unit, price = str(row["name"]), str(row.get("unit") or ""), published_price(row)
    found: dict[str, Any] = {
        "name": name, "unit": unit, "row": row, "published": price is not None,
        "per": PER.get(str(row.get("per")), "delivery"), "rhythms": _rhythms(raw, row),
        "deliveries": _deliveries(raw, row),
    }  # fmt: skip
    return Option(**found, **_priced(raw, row, MADE_UP if price is None else price))


def published_price(row: Mapping[str, Any]) -> Cents | None:
    """The price of an option, in the currency of the case."""
    found = [value for key, value in row.items() if re.fullmatch(r"price(_[a-z]{3})?", key) and value is not None]
    return cents(found[0]) if found else None


def _priced(raw: Mapping[str, Any], row: Mapping[str, Any], price: Cents) -> dict[str, Any]:
    """The price of a piece, and what weighing makes of it."""
    rules, unit = facts(raw, "quantity_rules"), str(row.get("unit") or "")
    weight = KILOS.search(unit)
    grams = read_grams(weight[1]) if weight else 1000
    if row.get("per") == "kg" and "multiple_kg" in rules:
        grams = read_grams(str(rules["multiple_kg"]))
        return {"price": by_weight(grams, price), "grams": grams, "kg_cents": price}
    if row.get("per") == "kg":
        advance = Cents(0) if _nothing_ahead(raw) else estimate(1, grams, price)
        return {"price": advance, "grams": grams, "kg_cents": price, "weighed": weight is not None}
    final = re.search(r"(\d+[.,]\d\d) EUR/kg", str(row.get("final_price")))
    if final:
        return {"price": price, "kg_cents": cents(final[1]), "weighed": True}
    base = re.search(r"base (\d+(?:[.,]\d+)?) kg", unit)
    if base:
        grams = read_grams(base[1])
        return {"price": estimate(1, grams, price), "grams": grams, "kg_cents": price, "weighed": True}
    shown = re.search(r"(\d+[.,]\d\d) €/kg", unit)
    return {"price": price, "kg_cents": cents(shown[1]) if shown else 0}


def _nothing_ahead(raw: Mapping[str, Any]) -> bool:
    return "nothing in advance" in str(facts(raw, "payment").get("true_up"))


def _rhythms(raw: Mapping[str, Any], row: Mapping[str, Any]) -> tuple[str, ...]:
    """One week in two: by the product, by the households who share a basket, or as each likes."""
    alternate = re.compile(r"alternat|one week in two|every second week", re.IGNORECASE)
    if "une semaine sur deux" in str(row.get("unit")):
        return ("first", "second")
    shared = bool(row.get("shareable")) and alternate.search(str(raw.get("sharing")))
    free = alternate.search(str(facts(raw, "quantity_rules").get("frequency_choice")))
    return ("every", "first", "second") if shared or free else ("every",)


def _deliveries(raw: Mapping[str, Any], row: Mapping[str, Any]) -> int | None:
    """So many deliveries: `12 paniers`, or a field such as `bouquets: 10` for a formula."""
    baskets = re.match(r"(\d+) paniers\b", str(row.get("unit")))
    if baskets:
        return int(baskets[1])
    counts = [value for key, value in row.items() if type(value) is int and key != "units"]
    return counts[0] if row.get("per") == "contract" and counts else None


def in_calendar(option: Option, label: str, labels: Sequence[str]) -> bool:
    """Whether goods called so in English are this product; goods of no other calendar are in the first of the rest."""
    words = search_key(option.name)
    named = [one for one in labels if search_key(GOODS.get(one, one)) in words]
    rest = [one for one in labels if one not in GOODS] or list(labels)
    return label in named if named else label == rest[0]


def fees_of(raw: Mapping[str, Any]) -> list[Fee]:
    """What is paid beside products: a flat fee; surcharges and transport that depend on the place; joining."""
    payment, membership = facts(raw, "payment"), facts(raw, "membership")
    found = []
    if flat := payment.get("flat_fee_eur"):
        found.append(Fee(label=str(payment.get("flat_fee_for") or "Forfait")[:120], cents=cents(flat)))
    for row in raw.get("options") or ():
        if row.get("surcharge") and (price := published_price(row)):
            found.append(Fee(label=str(row["name"]), cents=price, per="basket", optional=True))
        found += [
            Fee(label=f"Transport à {bound} €", cents=cents(bound), per="basket", optional=True)
            for bound in re.findall(r"\d+(?:\.\d\d)?", str(row.get("transport_eur") or ""))
        ]
    if "membership" in str(payment.get("instalments_rule")) and membership.get("amount_eur"):
        found.append(Fee(label="Adhésion", cents=cents(membership["amount_eur"]), optional=True))
    return found


def rules_of(raw: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Rules on quantities, as the terms of an offer have them."""
    rules, delivery = facts(raw, "quantity_rules"), facts(raw, "delivery")
    found: list[dict[str, Any]] = []
    if units := rules.get("min_units"):
        unit = min(price // (row.get("units") or 1) for row in raw["options"] if (price := published_price(row)))
        found.append({"measure": "amount", "dates": "each", "operator": ">=", "value": units * unit})
    if least := rules.get("min_per_delivery_eur"):
        found.append({"measure": "amount", "dates": "each", "operator": ">=", "value": cents(least)})
    if least := first_number(rules.get("min_per_contract")):
        found.append({"measure": "quantity", "dates": "season", "operator": ">=", "value": least})
    if paid := delivery.get("count_paid"):
        found.append({"measure": "dates", "dates": "season", "operator": "=", "value": paid})
    return found


def first_number(value: object) -> int:
    """The number that a rule in words begins with: `2 parcels a year`; zero without one."""
    found = re.match(r"\d+", str(value or ""))
    return int(found[0]) if found else 0


def price_of_decimal(value: Decimal) -> Cents | None:
    """An amount in cents, unless it has more decimals than money has."""
    return Cents(int(value * 100)) if value * 100 == int(value * 100) else None
