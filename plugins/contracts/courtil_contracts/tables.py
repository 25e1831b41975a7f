"""What the plugin keeps beside the core's own columns.

Terms, templates of contracts, approvals of farms, reminders, written plans, standing orders, changes, hazards,
amendments, weights, printed and scanned contracts, calendars, households that share, shared capacities.
"""

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKey, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from courtil.api import Base, Key, Money, Name, Versioned, Words, refers, state_type
from courtil_contracts.domain.approval import ApprovalState
from courtil_contracts.domain.capacities import Per
from courtil_contracts.domain.changes import Kind
from courtil_contracts.domain.changes import Money as Effect
from courtil_contracts.domain.sharing import FIRST, SECOND, Manner, PairingState


class OfferTerms(Versioned, Base):
    """The terms of one offer as `domain.terms.Terms` writes them; an offer without a row has the plain ones."""

    __tablename__ = "contracts_terms"

    offer_id: Mapped[int] = mapped_column(ForeignKey("core_offer.id"), primary_key=True, autoincrement=False)
    terms: Mapped[dict[str, Any]] = mapped_column(default=dict)


class ContractTemplate(Versioned, Base):
    """What contracts say, article by article, for the offers that choose it; `previous` is how it was before.

    Both hold `articles`, a list of (heading, text).
    """

    __tablename__ = "contracts_template"

    id: Mapped[Key]
    name: Mapped[Name] = mapped_column(unique=True)
    articles: Mapped[dict[str, Any]] = mapped_column(default=dict)
    previous: Mapped[dict[str, Any]] = mapped_column(default=dict)
    archived_at: Mapped[datetime | None]


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
    """A contract signed by both, as it was printed for the archive.

    `evidence` is the hash of its last signature, with amendments the hash of that and of where they stand.
    """

    __tablename__ = "contracts_file"
    __table_args__ = (UniqueConstraint("contract_id", "evidence"),)

    id: Mapped[Key]
    contract_id: Mapped[int] = refers("core_contract.id")
    evidence: Mapped[str] = mapped_column(String(64))
    sha256: Mapped[str] = mapped_column(String(64))
    made_at: Mapped[datetime]
    content: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)


class ContractScan(Base):
    """A page or the whole of a contract signed on paper."""

    __tablename__ = "contracts_scan"

    id: Mapped[Key]
    contract_id: Mapped[int] = refers("core_contract.id")
    ending: Mapped[str] = mapped_column(String(4))
    sha256: Mapped[str] = mapped_column(String(64))
    size: Mapped[int]
    at: Mapped[datetime]
    removed_at: Mapped[datetime | None]
    by_person_id: Mapped[int | None] = refers("core_person.id")
    content: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)


class PersonCalendar(Base):
    """The secret part of the address under which a phone reads a person's calendar; a person without a row has none."""

    __tablename__ = "contracts_calendar"

    person_id: Mapped[int] = mapped_column(ForeignKey("core_person.id"), primary_key=True, autoincrement=False)
    token: Mapped[str] = mapped_column(String(43), unique=True)
    made_at: Mapped[datetime]


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


class ContractAmendment(Base):
    """A version of a signed contract: what a change, or its end, makes of it. Rows are only added.

    `text_hash` is the SHA-256 of the text, which names `previous`: that of the amendment before, or of the signed text.
    """

    __tablename__ = "contracts_amendment"
    __table_args__ = (UniqueConstraint("contract_id", "number"),)

    id: Mapped[Key]
    contract_id: Mapped[int] = refers("core_contract.id")
    number: Mapped[int]
    change_id: Mapped[int] = refers("contracts_change.id")
    takes_back: Mapped[bool] = mapped_column(default=False)
    text: Mapped[Words]
    text_hash: Mapped[str] = mapped_column(String(64))
    previous: Mapped[str] = mapped_column(String(64))
    at: Mapped[datetime]


class ContractAcceptance(Base):
    """That the household or the farm agreed to an amendment: who, when, how. Rows are only added."""

    __tablename__ = "contracts_acceptance"
    __table_args__ = (UniqueConstraint("amendment_id", "party"),)

    id: Mapped[Key]
    amendment_id: Mapped[int] = refers("contracts_amendment.id")
    party: Mapped[str] = mapped_column(String(10))
    person_id: Mapped[int | None] = refers("core_person.id")
    name: Mapped[Name] = mapped_column(default="")
    at: Mapped[datetime]
    method: Mapped[str] = mapped_column(String(20))
    evidence_hash: Mapped[str] = mapped_column(String(64))


class Pairing(Versioned, Base):
    """Two households that share under one offer.

    The first asked, or was named first; the second is unknown while nobody here has the address that was typed. With
    one payer the first signs for all. `turns` keeps whose turn each delivery is once somebody has signed; `ended_on` is
    the last day that the second pays a part of.
    """

    __tablename__ = "contracts_pairing"

    id: Mapped[Key]
    offer_id: Mapped[int] = refers("core_offer.id")
    first_id: Mapped[int] = refers("core_household.id")
    second_id: Mapped[int | None] = refers("core_household.id")
    email: Mapped[Name] = mapped_column(default="")
    manner: Mapped[Manner] = mapped_column(state_type(Manner))
    inverted: Mapped[bool] = mapped_column(default=False)
    payers: Mapped[int] = mapped_column(default=2)
    first_share: Mapped[int] = mapped_column(default=1)
    second_share: Mapped[int] = mapped_column(default=1)
    first_label: Mapped[Name] = mapped_column(default="")
    second_label: Mapped[Name] = mapped_column(default="")
    turns: Mapped[dict[str, Any]] = mapped_column(default=dict)
    state: Mapped[PairingState] = mapped_column(state_type(PairingState))
    ended_on: Mapped[date | None]
    asked_by_id: Mapped[int | None] = refers("core_person.id")
    asked_at: Mapped[datetime]
    answered_by_id: Mapped[int | None] = refers("core_person.id")

    @property
    def sides(self) -> tuple[tuple[int, int | None], ...]:
        """Both households; the second may be unknown."""
        return (FIRST, self.first_id), (SECOND, self.second_id)

    @property
    def shares(self) -> tuple[int, int]:
        """Of the first and of the second."""
        return self.first_share, self.second_share

    @property
    def parts(self) -> bool:
        """Whether one basket a date is paid in two parts."""
        return self.manner is Manner.TOGETHER and self.payers == 2


class Capacity(Versioned, Base):
    """What a farm can bring for several offers together: so many parts at each date, or over the season."""

    __tablename__ = "contracts_capacity"

    id: Mapped[Key]
    farm_id: Mapped[int] = refers("core_farm.id")
    name: Mapped[Name]
    parts: Mapped[int]
    per: Mapped[Per] = mapped_column(state_type(Per), default=Per.DELIVERY)
    removed_at: Mapped[datetime | None]


class CapacityUse(Base):
    """How many parts of a capacity one piece of a product takes."""

    __tablename__ = "contracts_capacity_use"

    capacity_id: Mapped[int] = mapped_column(ForeignKey("contracts_capacity.id", ondelete="CASCADE"), primary_key=True)
    offer_product_id: Mapped[int] = mapped_column(
        ForeignKey("core_offer_product.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    parts: Mapped[int]
