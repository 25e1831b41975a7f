"""Farms and their products."""

from datetime import datetime

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from courtil.store.base import Base, Key, Money, Name, Versioned, Words, refers


class Farm(Versioned, Base):
    """The legal unit that signs contracts; its farmers are the persons who hold the role for it."""

    __tablename__ = "core_farm"

    id: Mapped[Key]
    name: Mapped[Name]
    payee: Mapped[Name] = mapped_column(default="")
    siret: Mapped[str] = mapped_column(String(14), default="")
    email: Mapped[str] = mapped_column(String(254), default="")
    phone: Mapped[str] = mapped_column(String(20), default="")
    address: Mapped[Words] = mapped_column(default="")
    postal_code: Mapped[str] = mapped_column(String(10), default="")
    city: Mapped[Name] = mapped_column(default="")
    presentation: Mapped[Words] = mapped_column(default="")
    archived_at: Mapped[datetime | None]

    products: Mapped[list["Product"]] = relationship(
        back_populates="farm", order_by="Product.position, Product.id", lazy="raise"
    )


class Product(Versioned, Base):
    """What a farm offers, with its packaging; the price is the one proposed for the next offer."""

    __tablename__ = "core_product"

    id: Mapped[Key]
    farm_id: Mapped[int] = refers("core_farm.id")
    name: Mapped[Name]
    unit: Mapped[Name] = mapped_column(default="")
    price_cents: Mapped[Money] = mapped_column(default=0)
    perishable: Mapped[bool] = mapped_column(default=True)
    position: Mapped[int] = mapped_column(default=0)
    archived_at: Mapped[datetime | None]

    farm: Mapped[Farm] = relationship(back_populates="products", lazy="raise")
