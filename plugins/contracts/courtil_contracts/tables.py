"""What the plugin keeps beside the core's own columns.

Terms, approvals of farms, reminders, written plans, standing orders, changes, hazards, weights, printed contracts.
"""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKey, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from courtil.api import Base, Key, Money, Name, Versioned, Words, refers, state_type
from courtil_contracts.domain.approval import ApprovalState
from courtil_contracts.domain.changes import Kind
from courtil_contracts.domain.changes import Money as Effect


class OfferTerms(Versioned, Base):
    """The terms of one offer as `domain.terms.Terms` writes them; an offer without a row has the plain ones."""

    __tablename__ = "contracts_terms"

    offer_id: Mapped[int] = mapped_column(ForeignKey("core_offer.id"), primary_key=True, autoincrement=False)
    terms: Mapped[dict[str, Any]] = mapped_column(default=dict)


class Approval(Versioned, Base):
    """What the farm said of one offer; an offer without a row was never sent to it."""

    __tablename__ = "contracts_approval"

    offer_id: Mapped[int] = mapped_column(ForeignKey("core_offer.id"), primary_key=True, autoincrement=False)
    state: Mapped[ApprovalState] = mapped_column(state_type(ApprovalState))
    word: Mapped[Words] = mapped_column(default="")
    fingerprint: Mapped[str] = mapped_column(String(64), default="")
    """Of the offer that was approved; empty until then."""
    at: Mapped[datetime]
    by_person_id: Mapped[int | None] = refers("core_person.id")
    sent_by_id: Mapped[int | None] = refers("core_person.id")


class WrittenPlan(Base):
    """The payments that somebody wrote for one contract in place of a proposed plan, in the order of its payments.

    `printed`: they are those of a paper form, whether they add up to `total_cents` or not.
    """

    __tablename__ = "contracts_written_plan"

    contract_id: Mapped[int] = mapped_column(ForeignKey("core_contract.id"), primary_key=True, autoincrement=False)
    plan: Mapped[str] = mapped_column(String(40))
    """The key of the plan that was proposed."""
    total_cents: Mapped[Money]
    cents: Mapped[list[int]]
    days: Mapped[list[str]]
    printed: Mapped[bool] = mapped_column(default=False)
    by_person_id: Mapped[int | None] = refers("core_person.id")
    at: Mapped[datetime]


class StandingOrder(Versioned, Base):
    """The same order from an account at each delivery, unless something was ordered by hand.

    `quantities` by product of the offer; `dates` says of deliveries what became of them: see `StandingDate`.
    """

    __tablename__ = "contracts_standing_order"

    contract_id: Mapped[int] = mapped_column(ForeignKey("core_contract.id"), primary_key=True, autoincrement=False)
    quantities: Mapped[dict[str, Any]] = mapped_column(default=dict)
    active: Mapped[bool] = mapped_column(default=True)
    dates: Mapped[dict[str, Any]] = mapped_column(default=dict)
    by_person_id: Mapped[int | None] = refers("core_person.id")
    at: Mapped[datetime]


class StandingDate(StrEnum):
    """What became of a standing order at one delivery."""

    SKIPPED = "skipped"
    ORDERED = "ordered"
    MISSED = "missed"


class Reminder(Base):
    """A household was reminded that the subscriptions of an offer close: once."""

    __tablename__ = "contracts_reminder"

    offer_id: Mapped[int] = mapped_column(ForeignKey("core_offer.id"), primary_key=True)
    household_id: Mapped[int] = mapped_column(ForeignKey("core_household.id"), primary_key=True, index=True)
    at: Mapped[datetime]


class ContractWeighing(Base):
    """What a product weighed at its delivery, in grams; `label` names the charge of the contract that settles it."""

    __tablename__ = "contracts_weighing"
    __table_args__ = (UniqueConstraint("contract_id", "offer_product_id", "delivery_id"),)

    id: Mapped[Key]
    contract_id: Mapped[int] = refers("core_contract.id")
    offer_product_id: Mapped[int] = refers("core_offer_product.id")
    delivery_id: Mapped[int] = refers("core_delivery.id")
    grams: Mapped[int]
    label: Mapped[Name]


class ContractFile(Base):
    """A contract signed by both, as it was printed for the archive; `evidence` is the hash of its last signature."""

    __tablename__ = "contracts_file"
    __table_args__ = (UniqueConstraint("contract_id", "evidence"),)

    id: Mapped[Key]
    contract_id: Mapped[int] = refers("core_contract.id")
    evidence: Mapped[str] = mapped_column(String(64))
    sha256: Mapped[str] = mapped_column(String(64))
    made_at: Mapped[datetime]
    content: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)


class ChangeState(StrEnum):
    """A handover is asked, then accepted or refused; what was done may be undone."""

    ASKED = "asked"
    ACCEPTED = "accepted"
    DONE = "done"
    UNDONE = "undone"
    REFUSED = "refused"


ACTIVE = (ChangeState.ASKED, ChangeState.ACCEPTED, ChangeState.DONE)
"""States in which a change stands in the way of others."""


class ContractHazard(Versioned, Base):
    """A shortfall of one product at a delivery: so many fewer for each household, made up at the target if any."""

    __tablename__ = "contracts_hazard"

    id: Mapped[Key]
    delivery_id: Mapped[int] = refers("core_delivery.id")
    offer_product_id: Mapped[int] = refers("core_offer_product.id")
    target_delivery_id: Mapped[int | None] = refers("core_delivery.id")
    fewer: Mapped[int]
    money: Mapped[Effect] = mapped_column(state_type(Effect))
    state: Mapped[ChangeState] = mapped_column(state_type(ChangeState), default=ChangeState.DONE)
    note: Mapped[Words] = mapped_column(default="")
    by_person_id: Mapped[int | None] = refers("core_person.id")
    at: Mapped[datetime]


class ContractChange(Versioned, Base):
    """A change of a signed contract: what it was about, what it made of lines and money, and how it was before.

    `before` and `after` hold the lines by product and delivery; `after` also the cents added to charges.
    """

    __tablename__ = "contracts_change"

    id: Mapped[Key]
    contract_id: Mapped[int] = refers("core_contract.id")
    kind: Mapped[Kind] = mapped_column(state_type(Kind))
    money: Mapped[Effect] = mapped_column(state_type(Effect))
    state: Mapped[ChangeState] = mapped_column(state_type(ChangeState))
    delivery_id: Mapped[int | None] = refers("core_delivery.id")
    target_delivery_id: Mapped[int | None] = refers("core_delivery.id")
    to_household_id: Mapped[int | None] = refers("core_household.id")
    hazard_id: Mapped[int | None] = refers("contracts_hazard.id")
    cents: Mapped[Money] = mapped_column(default=0)
    before: Mapped[dict[str, Any]] = mapped_column(default=dict)
    after: Mapped[dict[str, Any]] = mapped_column(default=dict)
    note: Mapped[Words] = mapped_column(default="")
    by_person_id: Mapped[int | None] = refers("core_person.id")
    at: Mapped[datetime]
