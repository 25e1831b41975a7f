"""Sums by farm and by offer, without a word about households: fit for the farm's eyes."""

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import func, select

from courtil.services import access
from courtil.services.payments.ledger import by_contract
from courtil.services.payments.rights import on_my_farms
from courtil.services.unit import Reader
from courtil.store.contracts import Contract
from courtil.store.farms import Farm
from courtil.store.offers import Offer


@dataclass(frozen=True)
class Balance:
    """Cents signed for a farm, received from households, handed to it; `name` is the offer's or the farm's."""

    id: int
    farm_id: int
    name: str
    signed: int
    received: int
    handed: int

    @property
    def waiting(self) -> int:
        """Received and not handed yet."""
        return self.received - self.handed

    @property
    def due(self) -> int:
        """Signed and not received yet."""
        return self.signed - self.received

    @classmethod
    def sum_of(cls, balances: Iterable["Balance"], name: str = "", farm_id: int = 0) -> "Balance":
        """These together."""
        rows = list(balances)
        sums = (sum(b.signed for b in rows), sum(b.received for b in rows), sum(b.handed for b in rows))
        return cls(farm_id, farm_id, name, *sums)


def farm_summary(reader: Reader, farm_id: int, season_id: int | None = None) -> list[Balance]:
    """One balance an offer of the farm, the newest first. The caller checks who may see it."""
    sums = by_contract()
    query = (
        select(Offer.id, Offer.farm_id, Offer.name, *(func.sum(sums.c[name]) for name in ("earned", "paid", "handed")))
        .join(Contract, Contract.offer_id == Offer.id)
        .join(sums, sums.c.contract_id == Contract.id)
        .where(Offer.farm_id == farm_id)
        .group_by(Offer.id, Offer.farm_id, Offer.name)
        .order_by(Offer.id.desc())
    )
    if season_id is not None:
        query = query.where(Offer.season_id == season_id)
    return [Balance(*row[:3], *(int(cents) for cents in row[3:])) for row in reader.rows(query)]


def balances_by_farm(reader: Reader, season_id: int | None = None) -> list[Balance]:
    """One balance a farm of the actor's that has signed contracts, by name."""
    sums = by_contract()
    query = (
        select(Farm.id, Farm.name, *(func.sum(sums.c[name]) for name in ("earned", "paid", "handed")))
        .join(Offer, Offer.farm_id == Farm.id)
        .join(Contract, Contract.offer_id == Offer.id)
        .join(sums, sums.c.contract_id == Contract.id)
        .where(on_my_farms(reader), access.reached(reader, "payments.read", Farm))
        .group_by(Farm.id, Farm.name)
        .order_by(Farm.name)
    )
    if season_id is not None:
        query = query.where(Offer.season_id == season_id)
    return [Balance(key, key, name, *(int(cents) for cents in sums)) for key, name, *sums in reader.rows(query)]
