"""What a farm sees of its own: deliveries, contracts and sums; never who pays how much."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from sqlalchemy import Select, func, select
from sqlalchemy.orm import joinedload

from courtil.domain.states import BINDING, ContractState, DeliveryState, PaymentState
from courtil.domain.words import _, ngettext
from courtil.services import access, payments
from courtil.services.due import DueLine, due_lines
from courtil.services.unit import Reader
from courtil.store.books import Payment
from courtil.store.contracts import Contract, Signature
from courtil.store.deliveries import Delivery, Distribution
from courtil.store.offers import Offer
from courtil.store.operations import LogEntry

DAY = timedelta(hours=24)
PAGE_SIZE = 30
MOST_TOLD = 8


def next_delivery(reader: Reader, farm_id: int) -> Delivery | None:
    """The first delivery of the farm from today on that is not cancelled."""
    query = _deliveries(reader, farm_id).where(Delivery.state != DeliveryState.CANCELLED)
    return next(iter(reader.all(query.order_by(Distribution.day, Delivery.id).limit(1))), None)


def recent_changes(reader: Reader, delivery: Delivery, lines: Sequence[DueLine]) -> list[str]:
    """What changed about this delivery in the last 24 hours, in sentences."""
    since = reader.now - DAY
    told = select(LogEntry.sentence).where(LogEntry.subject == f"delivery:{delivery.id}", LogEntry.at >= since)
    sentences = list(reader.all(told.order_by(LogEntry.id.desc()).limit(5)))
    ids = {line.contract_id for line in lines}
    new = select(Signature.contract_id).where(
        Signature.contract_id.in_(ids), Signature.party == "member", Signature.signed_at >= since
    )
    fresh = set(reader.all(new))
    baskets: dict[str, list[str]] = {}
    for line in lines:
        if line.contract_id in fresh:
            baskets.setdefault(line.household, []).append(line.words)
    return [*sentences, *_told(baskets)]


def _told(baskets: Mapping[str, Sequence[str]]) -> list[str]:
    """A sentence for each of the first new contracts, then how many more there are."""
    sentences = [
        _("Nouveau contrat, %(name)s : %(what)s") % {"name": name, "what": ", ".join(words)}
        for name, words in list(baskets.items())[:MOST_TOLD]
    ]
    if more := len(baskets) - len(sentences):
        sentences.append(ngettext("Et %(n)s autre nouveau contrat.", "Et %(n)s autres nouveaux contrats.", more))
    return sentences


@dataclass(frozen=True)
class DeliveryPage:
    """A page of a farm's deliveries; `lines` are what is to bring, by delivery."""

    deliveries: Sequence[Delivery]
    lines: dict[int, list[DueLine]]
    page: int
    pages: int
    total: int


def deliveries_of(reader: Reader, farm_id: int, page: int = 1, size: int = PAGE_SIZE) -> DeliveryPage:
    """The farm's deliveries from today on, with what is to bring."""
    query = _deliveries(reader, farm_id)
    total = reader.session.scalar(select(func.count()).select_from(query.subquery())) or 0
    pages = max(1, -(-total // size))
    page = min(page, pages)
    ordered = query.order_by(Distribution.day, Delivery.id)
    found = reader.all(ordered.limit(size).offset((page - 1) * size))
    lines: dict[int, list[DueLine]] = {}
    for line in due_lines(reader, Delivery.id.in_([one.id for one in found])):
        lines.setdefault(line.delivery_id, []).append(line)
    return DeliveryPage(found, lines, page, pages, total)


@dataclass(frozen=True)
class OfferContracts:
    """One offer of the farm: its contracts that bind, those that wait for the farm, and their worth in cents."""

    offer: Offer
    signed: int
    waiting: int
    cents: int


def contracts_of(reader: Reader, farm_id: int) -> list[OfferContracts]:
    """The farm's offers with how many households engage themselves, the latest season first."""
    mine = select(Offer).where(Offer.farm_id == farm_id, access.reached(reader, "farm_space.read", Offer))
    offers = reader.all(mine.options(joinedload(Offer.season)).order_by(Offer.id.desc()))
    sums = (
        select(Contract.offer_id, Contract.state, func.count())
        .where(Contract.offer_id.in_([offer.id for offer in offers]), Contract.state.in_(BINDING))
        .group_by(Contract.offer_id, Contract.state)
    )
    rows = reader.rows(sums)
    worth = {balance.id: balance.signed for balance in payments.farm_summary(reader, farm_id)}
    return [
        OfferContracts(
            offer,
            sum(count for key, _state, count in rows if key == offer.id),
            sum(count for key, state, count in rows if key == offer.id and state is ContractState.SIGNED_MEMBER),
            worth.get(offer.id, 0),
        )
        for offer in offers
    ]


@dataclass
class Month:
    """Sums of a month in cents: expected by the schedules, and handed to the farm."""

    first: date
    expected: int = 0
    handed: int = 0


@dataclass(frozen=True)
class FarmPayments:
    """Months in order; `waiting` is what the AMAP received and has not handed over yet."""

    months: Sequence[Month] = field(default_factory=list)
    waiting: int = 0


def payments_of(reader: Reader, farm_id: int) -> FarmPayments:
    """What the farm may expect month by month and what it was handed; sums only."""
    months: dict[date, Month] = {}
    for day, cents in payments.expected(reader, farm_id):
        if cents:
            _month(months, day).expected += cents
    paid = select(Payment.handed_on, func.sum(Payment.cents)).join(Contract).join(Offer)
    handed = (Offer.farm_id == farm_id, Payment.state == PaymentState.HANDED, Payment.handed_on.is_not(None))
    for day, cents in reader.rows(paid.where(*handed).group_by(Payment.handed_on)):
        _month(months, day).handed += int(cents)
    waiting = sum(balance.waiting for balance in payments.farm_summary(reader, farm_id))
    return FarmPayments([months[first] for first in sorted(months)], waiting)


def _month(months: dict[date, Month], day: date) -> Month:
    first = day.replace(day=1)
    return months.setdefault(first, Month(first))


def _deliveries(reader: Reader, farm_id: int) -> Select[Delivery]:
    """The farm's deliveries from today on."""
    seen = access.reached(reader, "farm_space.read", Delivery)
    place = joinedload(Delivery.distribution).joinedload(Distribution.place)
    query = select(Delivery).join(Distribution, Distribution.id == Delivery.distribution_id)
    found = query.where(Delivery.farm_id == farm_id, Distribution.day >= reader.today, seen)
    return found.options(place, joinedload(Delivery.farm))
