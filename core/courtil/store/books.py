"""The ledger (append-only) and the payments that were noted."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from courtil.domain.states import PaymentMethod, PaymentState
from courtil.store.base import Base, Key, Money, Name, Versioned, Words, refers, state_type
from courtil.store.contracts import Contract


class Account(Base):
    """Where money is owed: a household, a farm, the outside, or a plugin's own kind."""

    __tablename__ = "core_account"
    __table_args__ = (UniqueConstraint("kind", "owner_id"),)

    id: Mapped[Key]
    kind: Mapped[str] = mapped_column(String(40))
    owner_id: Mapped[int] = mapped_column(default=0)


class Entry(Base):
    """One thing that happened in the books; a mistake is corrected by an entry that reverses it.

    `delivery_id` names the date whose cancellation or return it settles.
    """

    __tablename__ = "core_entry"

    id: Mapped[Key]
    label: Mapped[Name]
    day: Mapped[date]
    at: Mapped[datetime]
    contract_id: Mapped[int | None] = refers("core_contract.id")
    delivery_id: Mapped[int | None] = refers("core_delivery.id")
    reverses_id: Mapped[int | None] = refers("core_entry.id")

    postings: Mapped[list["Posting"]] = relationship(order_by="Posting.id", lazy="raise")


class Posting(Base):
    """Cents that move from one account to another: unbalanced books cannot be written."""

    __tablename__ = "core_posting"
    __table_args__ = (CheckConstraint("cents > 0", "cents"), CheckConstraint("source_id <> target_id", "two_accounts"))

    id: Mapped[Key]
    entry_id: Mapped[int] = refers("core_entry.id")
    source_id: Mapped[int] = refers("core_account.id")
    target_id: Mapped[int] = refers("core_account.id")
    cents: Mapped[Money]


class Payment(Versioned, Base):
    """A cheque, transfer or debit from a household to a farm, as somebody noted it.

    `entry_id` is the entry that noted it, `handed_entry_id` the one that handed it to the farm.
    """

    __tablename__ = "core_payment"
    __table_args__ = (CheckConstraint("cents > 0", "cents"),)

    id: Mapped[Key]
    contract_id: Mapped[int] = refers("core_contract.id")
    instalment_id: Mapped[int | None] = refers("core_instalment.id")
    entry_id: Mapped[int] = refers("core_entry.id")
    handed_entry_id: Mapped[int | None] = refers("core_entry.id")
    cents: Mapped[Money]
    method: Mapped[PaymentMethod] = mapped_column(state_type(PaymentMethod))
    reference: Mapped[Name] = mapped_column(default="")
    note: Mapped[Words] = mapped_column(default="")
    received_on: Mapped[date]
    handed_on: Mapped[date | None]
    state: Mapped[PaymentState] = mapped_column(state_type(PaymentState), default=PaymentState.RECEIVED)
    form_key: Mapped[str] = mapped_column(String(64), unique=True)

    contract: Mapped[Contract] = relationship(lazy="raise")
