"""What the plugin keeps: the terms of an offer, beside the core's own columns."""

from typing import Any

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from courtil.api import Base, Versioned


class OfferTerms(Versioned, Base):
    """The terms of one offer as `domain.terms.Terms` writes them; an offer without a row has the plain ones."""

    __tablename__ = "contracts_terms"

    offer_id: Mapped[int] = mapped_column(ForeignKey("core_offer.id"), primary_key=True, autoincrement=False)
    terms: Mapped[dict[str, Any]] = mapped_column(default=dict)
