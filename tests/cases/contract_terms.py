"""A published contract as the plugin of contracts can offer it, read from the fields of its file."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from cases.contract_days import Calendar, calendars_of, facts, months_of
from cases.contract_payments import turns_of
from cases.contract_products import Option, cents, fees_of, options_of, rules_of
from courtil_contracts.domain.prices import Fee

SAME, BY_DATE, ACCOUNT = "contracts.same", "contracts.dates", "contracts.account"


@dataclass(frozen=True)
class Published:
    """One file: what is offered, and the figures that its source states; `raw` is the file itself."""

    raw: Mapping[str, Any]
    kind: str
    calendars: Sequence[Calendar]
    options: Sequence[Option]
    fees: Sequence[Fee] = ()
    rules: Sequence[Mapping[str, Any]] = ()
    changes: Sequence[Mapping[str, Any]] = ()
    turns: Sequence[Mapping[str, Any]] = ()
    topups: Sequence[int] = ()
    months: int = 12
    shares: Mapping[str, int] = field(default_factory=dict)
    """Per cents of a price that different payers carry."""

    @property
    def name(self) -> str:
        """Its title."""
        return str(self.raw.get("title") or self.raw["id"])[:200]

    @property
    def expected(self) -> Sequence[Mapping[str, Any]]:
        """The figures that the source states."""
        return self.raw.get("expected") or ()

    @property
    def worked(self) -> Sequence[Mapping[str, Any]]:
        """Worked examples that follow from the terms, as expected figures."""
        rows = self.raw.get("computed_by_us") or ()
        return [{**row, "stated": row["value"], "agrees": True} for row in rows]

    @property
    def joining(self) -> int:
        """What membership costs, in cents; zero when the case does not say."""
        membership = facts(self.raw, "membership")
        return next(
            (cents(value) for key, value in membership.items() if key.startswith("amount_") and _number(value)), 0
        )

    @property
    def penalty(self) -> int:
        """What a duty that was not done costs, in cents."""
        duty = facts(self.raw, "duty")
        return next((cents(value) for key, value in duty.items() if key.startswith("penalty_") and _number(value)), 0)

    @property
    def depends(self) -> bool:
        """Whether members must hold another contract first."""
        return bool(facts(self.raw, "other_rules").get("prerequisite"))

    @property
    def clauses(self) -> str:
        """What the case says of absences, sharing, leaving and duties, as the offer's own clauses."""
        kept = ("quantity_rules", "sharing", "absence", "membership", "duty", "termination", "other_rules")
        return "\n".join(f"{key}: {self.raw[key]}" for key in kept if self.raw.get(key))


def read(path: Path) -> Published:
    """The contract of a file of the cases' form."""
    raw = yaml.safe_load(path.read_text("utf-8"))
    payment = facts(raw, "payment")
    return Published(
        raw=raw, kind=kind_of(raw), calendars=calendars_of(raw), options=options_of(raw), fees=fees_of(raw),
        rules=rules_of(raw), changes=changes_of(raw), turns=turns_of(raw), months=months_of(facts(raw, "season")),
        topups=[cents(amount) for amount in payment.get("account_topups_eur") or ()], shares=shares_of(raw),
    )  # fmt: skip


def kind_of(raw: Mapping[str, Any]) -> str:
    """An account that is topped up, quantities date by date, else the same at each date."""
    if "account_topups_eur" in facts(raw, "payment"):
        return ACCOUNT
    rules, delivery = facts(raw, "quantity_rules"), facts(raw, "delivery")
    words = " ".join(str(rules.get(key) or "") for key in ("composition", "kinds"))
    by_date = re.search(r"\bfree\b", words) or rules.get("min_per_contract") or "count_paid" in delivery
    return BY_DATE if by_date else SAME


def changes_of(raw: Mapping[str, Any]) -> list[dict[str, Any]]:
    """What households may change after signing: dates on demand, a joker that is reported, weeks without a basket."""
    absence, delivery = facts(raw, "absence"), facts(raw, "delivery")
    if delivery.get("frequency_code") == "on_demand":
        return [{"kind": "report"}]
    if isinstance(absence.get("jokers"), int):
        return [{"kind": "report", "most": absence["jokers"]}]
    pauses = [value for key, value in absence.items() if key.startswith("pause_weeks") and isinstance(value, int)]
    return [{"kind": "absence", "most": pauses[0]}] if pauses else []


def shares_of(raw: Mapping[str, Any]) -> dict[str, int]:
    """The per cents of each payer: those listed, or the member's and the rest."""
    solidarity = facts(raw, "solidarity")
    if member := solidarity.get("member_share_percent"):
        return {"member": member, "other": 100 - member}
    return dict(solidarity.get("shares_percent") or {})


def _number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)
