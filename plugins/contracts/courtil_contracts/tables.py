"""What the plugin keeps: the terms of an offer, what was weighed, the printed contracts of a season."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from courtil.api import Base, Key, Name, Versioned, refers


class OfferTerms(Versioned, Base):
    """The terms of one offer as `domain.terms.Terms` writes them; an offer without a row has the plain ones."""

    __tablename__ = "contracts_terms"

    offer_id: Mapped[int] = mapped_column(ForeignKey("core_offer.id"), primary_key=True, autoincrement=False)
    terms: Mapped[dict[str, Any]] = mapped_column(default=dict)


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
