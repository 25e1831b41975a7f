"""What the plugin keeps: the terms of an offer, what its farm said of it, who was reminded of it."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from courtil.api import Base, Versioned, Words, refers, state_type
from courtil_contracts.domain.approval import ApprovalState


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


class Reminder(Base):
    """A household was reminded that the subscriptions of an offer close: once."""

    __tablename__ = "contracts_reminder"

    offer_id: Mapped[int] = mapped_column(ForeignKey("core_offer.id"), primary_key=True)
    household_id: Mapped[int] = mapped_column(ForeignKey("core_household.id"), primary_key=True, index=True)
    at: Mapped[datetime]
