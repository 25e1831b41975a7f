"""Offers (contrats vierges): one farm, one season, its dates, its products and which comes when."""

from datetime import date

from sqlalchemy import CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from courtil.domain.states import OfferState
from courtil.store.base import Base, Key, Money, Name, Versioned, Words, refers, state_type
from courtil.store.calendar import Place, Season
from courtil.store.deliveries import Delivery
from courtil.store.farms import Farm, Product


class Offer(Versioned, Base):
    """What a farm proposes to the households for a season."""

    __tablename__ = "core_offer"

    id: Mapped[Key]
    season_id: Mapped[int] = refers("core_season.id")
    farm_id: Mapped[int] = refers("core_farm.id")
    place_id: Mapped[int] = refers("core_place.id")
    name: Mapped[Name]
    kind: Mapped[str] = mapped_column(String(60), default="fixed")
    state: Mapped[OfferState] = mapped_column(state_type(OfferState), default=OfferState.DRAFT)
    presentation: Mapped[Words] = mapped_column(default="")
    terms: Mapped[Words] = mapped_column(default="")
    price_note: Mapped[Words] = mapped_column(default="")
    closes_on: Mapped[date | None]
    places: Mapped[int | None]
    instalment_counts: Mapped[list[int]] = mapped_column(default=lambda: [1])
    instalment_step: Mapped[int] = mapped_column(default=1)
    methods: Mapped[list[str]] = mapped_column(default=lambda: ["cheque"])

    season: Mapped[Season] = relationship(lazy="raise")
    farm: Mapped[Farm] = relationship(lazy="raise")
    place: Mapped[Place] = relationship(lazy="raise")
    products: Mapped[list["OfferProduct"]] = relationship(
        back_populates="offer", order_by="OfferProduct.position, OfferProduct.id", lazy="raise"
    )
    dates: Mapped[list["OfferDate"]] = relationship(back_populates="offer", lazy="raise")


class OfferProduct(Base):
    """A product at the price of this offer; `stock` bounds the baskets of one date, over all households."""

    __tablename__ = "core_offer_product"
    __table_args__ = (
        UniqueConstraint("offer_id", "product_id"),
        CheckConstraint("price_cents >= 0", "price"),
        CheckConstraint("stock >= 0", "stock"),
    )

    id: Mapped[Key]
    offer_id: Mapped[int] = refers("core_offer.id")
    product_id: Mapped[int] = refers("core_product.id")
    price_cents: Mapped[Money]
    stock: Mapped[int | None]
    most: Mapped[int | None]
    position: Mapped[int] = mapped_column(default=0)

    offer: Mapped[Offer] = relationship(back_populates="products", lazy="raise")
    product: Mapped[Product] = relationship(lazy="raise")


class OfferDate(Base):
    """A delivery that belongs to the offer."""

    __tablename__ = "core_offer_date"
    __table_args__ = (UniqueConstraint("offer_id", "delivery_id"),)

    id: Mapped[Key]
    offer_id: Mapped[int] = refers("core_offer.id")
    delivery_id: Mapped[int] = refers("core_delivery.id")

    offer: Mapped[Offer] = relationship(back_populates="dates", lazy="raise")
    delivery: Mapped[Delivery] = relationship(lazy="raise")


class Absence(Base):
    """A product that does not come on one of the offer's dates: the empty cells of the matrix."""

    __tablename__ = "core_offer_absence"

    offer_product_id: Mapped[int] = mapped_column(ForeignKey("core_offer_product.id"), primary_key=True)
    offer_date_id: Mapped[int] = mapped_column(ForeignKey("core_offer_date.id"), primary_key=True, index=True)
