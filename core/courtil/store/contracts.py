"""Contracts: lines by product and delivery, the text, both signatures, the payment schedule."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from courtil.domain.states import ContractState, LineEffect, PaymentMethod
from courtil.store.base import Base, Key, Money, Name, Versioned, Words, refers, state_type
from courtil.store.deliveries import Delivery
from courtil.store.offers import Offer, OfferProduct
from courtil.store.people import Household

DELIVERY, TERMINATION = "delivery", "termination"
_LIVE = text("state NOT IN ('cancelled', 'terminated')")


class Contract(Versioned, Base):
    """The engagement of one household with one farm under one offer."""

    __tablename__ = "core_contract"
    __table_args__ = (
        Index("uq_core_contract_live", "offer_id", "household_id", unique=True,
              sqlite_where=_LIVE, postgresql_where=_LIVE),
    )  # fmt: skip

    id: Mapped[Key]
    offer_id: Mapped[int] = refers("core_offer.id")
    household_id: Mapped[int] = refers("core_household.id")
    state: Mapped[ContractState] = mapped_column(state_type(ContractState), default=ContractState.DRAFT)
    total_cents: Mapped[Money] = mapped_column(default=0)
    plan: Mapped[str] = mapped_column(String(40), default="1")
    method: Mapped[PaymentMethod] = mapped_column(state_type(PaymentMethod), default=PaymentMethod.CHEQUE)
    choice: Mapped[dict[str, Any]] = mapped_column(default=dict)
    text: Mapped[Words] = mapped_column(default="")
    text_hash: Mapped[str] = mapped_column(String(64), default="")
    created_at: Mapped[datetime]
    ended_on: Mapped[date | None]
    end_reason: Mapped[Words] = mapped_column(default="")

    offer: Mapped[Offer] = relationship(lazy="raise")
    household: Mapped[Household] = relationship(lazy="raise")
    lines: Mapped[list["ContractLine"]] = relationship(
        back_populates="contract", order_by="ContractLine.id", lazy="raise", cascade="all, delete-orphan"
    )
    charges: Mapped[list["ContractCharge"]] = relationship(
        order_by="ContractCharge.id", lazy="raise", cascade="all, delete-orphan"
    )
    signatures: Mapped[list["Signature"]] = relationship(order_by="Signature.id", lazy="raise")
    instalments: Mapped[list["Instalment"]] = relationship(
        order_by="Instalment.position", lazy="raise", cascade="all, delete-orphan"
    )


class ContractLine(Base):
    """A quantity of a product at a delivery, at the price of the signature.

    `cause` says what took it away when it is not due, so that undoing one thing leaves the others: DELIVERY,
    TERMINATION or what a plugin writes.
    """

    __tablename__ = "core_contract_line"
    __table_args__ = (
        UniqueConstraint("contract_id", "offer_product_id", "delivery_id"),
        CheckConstraint("quantity > 0", "quantity"),
    )

    id: Mapped[Key]
    contract_id: Mapped[int] = refers("core_contract.id")
    offer_product_id: Mapped[int] = refers("core_offer_product.id")
    delivery_id: Mapped[int] = refers("core_delivery.id")
    quantity: Mapped[int]
    unit_cents: Mapped[Money]
    effect: Mapped[LineEffect] = mapped_column(state_type(LineEffect), default=LineEffect.DUE)
    cause: Mapped[str] = mapped_column(String(60), default="")

    contract: Mapped[Contract] = relationship(back_populates="lines", lazy="raise")
    offer_product: Mapped[OfferProduct] = relationship(lazy="raise")
    delivery: Mapped[Delivery] = relationship(lazy="raise")


class ContractCharge(Base):
    """What the contract costs beside its lines; negative for what is taken off."""

    __tablename__ = "core_contract_charge"
    __table_args__ = (CheckConstraint("cents <> 0", "cents"),)

    id: Mapped[Key]
    contract_id: Mapped[int] = refers("core_contract.id")
    label: Mapped[Name]
    cents: Mapped[Money]


class Signature(Base):
    """The evidence of one party's signature: who, when, which text, how; each hash covers the one before."""

    __tablename__ = "core_signature"
    __table_args__ = (UniqueConstraint("contract_id", "party"),)

    id: Mapped[Key]
    contract_id: Mapped[int] = refers("core_contract.id")
    party: Mapped[str] = mapped_column(String(10))
    person_id: Mapped[int] = refers("core_person.id")
    name: Mapped[Name]
    signed_at: Mapped[datetime]
    method: Mapped[str] = mapped_column(String(20))
    address: Mapped[str] = mapped_column(String(45), default="")
    text_hash: Mapped[str] = mapped_column(String(64))
    evidence_hash: Mapped[str] = mapped_column(String(64))


class Instalment(Base):
    """One payment of the schedule agreed at signature."""

    __tablename__ = "core_instalment"
    __table_args__ = (UniqueConstraint("contract_id", "position"), CheckConstraint("cents > 0", "cents"))

    id: Mapped[Key]
    contract_id: Mapped[int] = refers("core_contract.id")
    position: Mapped[int]
    due_on: Mapped[date]
    cents: Mapped[Money]
    payee: Mapped[Name] = mapped_column(default="")
