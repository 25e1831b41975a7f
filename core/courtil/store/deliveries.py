"""Distributions (place × date) and the deliveries (farm × date) that meet there."""

from datetime import date, time

from sqlalchemy import UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from courtil.domain.states import DeliveryState
from courtil.store.base import Base, Key, Versioned, Words, refers, state_type
from courtil.store.calendar import Place
from courtil.store.farms import Farm


class Distribution(Versioned, Base):
    """An evening at a place."""

    __tablename__ = "core_distribution"
    __table_args__ = (UniqueConstraint("place_id", "day"),)

    id: Mapped[Key]
    place_id: Mapped[int] = refers("core_place.id")
    day: Mapped[date] = mapped_column(index=True)
    starts_at: Mapped[time]
    ends_at: Mapped[time]
    note: Mapped[Words] = mapped_column(default="")

    place: Mapped[Place] = relationship(lazy="raise")
    deliveries: Mapped[list["Delivery"]] = relationship(
        back_populates="distribution", order_by="Delivery.id", lazy="raise"
    )


class Delivery(Versioned, Base):
    """What one farm brings to one distribution; `planned_on` keeps the first date when it was moved."""

    __tablename__ = "core_delivery"
    __table_args__ = (UniqueConstraint("farm_id", "distribution_id"),)

    id: Mapped[Key]
    farm_id: Mapped[int] = refers("core_farm.id")
    distribution_id: Mapped[int] = refers("core_distribution.id")
    state: Mapped[DeliveryState] = mapped_column(state_type(DeliveryState), default=DeliveryState.PLANNED)
    planned_on: Mapped[date]
    reason: Mapped[Words] = mapped_column(default="")

    farm: Mapped[Farm] = relationship(lazy="raise")
    distribution: Mapped[Distribution] = relationship(back_populates="deliveries", lazy="raise")
