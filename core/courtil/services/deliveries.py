"""Deliveries and the evenings they meet at: planning, moving, cancelling, restoring, closing."""

from collections.abc import Iterable, Sequence
from datetime import date

from sqlalchemy import ColumnElement, delete, exists, select
from sqlalchemy.orm import joinedload, selectinload

from courtil.domain.dates import long_day
from courtil.domain.events import CalendarChanged, DeliveryChanged
from courtil.domain.problems import NotFound, Problem, Refused
from courtil.domain.states import DeliveryState, LineEffect, follow, label
from courtil.domain.words import N_, _
from courtil.services import delivery_lines, notices
from courtil.services.unit import Reader, Unit
from courtil.store.calendar import Place
from courtil.store.contracts import ContractLine
from courtil.store.deliveries import Delivery, Distribution
from courtil.store.farms import Farm
from courtil.store.offers import Offer, OfferDate


def plan(unit: Unit, farm_id: int, place_id: int, days: Iterable[date]) -> list[Delivery]:
    """The farm's deliveries at this place on these days, in the order of the days, with `distribution` loaded.

    What is missing is created with the hours of the place; what exists stays as it is, cancelled ones included.
    """
    wanted = sorted(set(days))
    unit.get(Farm, farm_id)
    evenings = _evenings(unit, unit.locked(Place, place_id), wanted)
    ids = [evening.id for evening in evenings.values()]
    query = select(Delivery).where(Delivery.farm_id == farm_id, Delivery.distribution_id.in_(ids))
    known = {d.distribution_id: d for d in unit.all(query.options(joinedload(Delivery.distribution)))}
    for day, evening in evenings.items():
        if evening.id not in known:
            known[evening.id] = Delivery(farm_id=farm_id, distribution=evening, planned_on=day)
            unit.session.add(known[evening.id])
    unit.session.flush()
    return [known[evenings[day].id] for day in wanted]


def delivery(reader: Reader, delivery_id: int) -> Delivery:
    """The delivery with its farm, evening and place. Raises NotFound."""
    place = joinedload(Delivery.distribution).joinedload(Distribution.place)
    return reader.one(select(Delivery).where(Delivery.id == delivery_id).options(joinedload(Delivery.farm), place))


def distribution(reader: Reader, distribution_id: int, *conditions: ColumnElement[bool]) -> Distribution:
    """The evening with its place, its deliveries that meet the conditions, and their farms. Raises NotFound."""
    here = joinedload(Delivery.distribution).joinedload(Distribution.place)
    coming = selectinload(Distribution.deliveries.and_(*conditions)).options(joinedload(Delivery.farm), here)
    query = select(Distribution).where(Distribution.id == distribution_id)
    return reader.one(query.options(joinedload(Distribution.place), coming))


def check_move(reader: Reader, found: Delivery, day: date) -> None:
    """Raise Refused when this delivery cannot go to that day."""
    _check_planned(found)
    if day < reader.today:
        raise Refused(Problem(_("Ce jour est passé. Choisissez un jour à venir."), "day"))
    if day == found.distribution.day:
        raise Refused(Problem(_("La livraison est déjà prévue ce jour-là. Choisissez un autre jour."), "day"))
    other, used = _already_there(reader, found, day)
    if other is not None and used:
        sentence = _("%(farm)s livre déjà ce jour-là. Choisissez un autre jour.") % {"farm": found.farm.name}
        raise Refused(Problem(sentence, "day"))


def move(
    unit: Unit, delivery_id: int, day: date, reason: str = "", version: int | None = None, *, tell: bool = False
) -> Delivery:
    """Deliver on another day at the same place; signed baskets follow. `tell` mails whom it concerns in a minute.

    Raises Refused for a day that has passed or on which the farm comes already, and for what is not planned; Stale.
    """
    found = _held(unit, delivery_id)
    unit.unchanged_since(found, version)
    check_move(unit, found, day)
    before = found.distribution.day
    _transfer(unit, found, day, reason)
    if tell:
        notices.tell_moved(unit, [(found, before)], f"delivery:{found.id}")
    return found


def move_distribution(
    unit: Unit, distribution_id: int, day: date, reason: str = "", version: int | None = None, *, tell: bool = False
) -> list[Delivery]:
    """Move everything that is planned for an evening to another day. Raises as `move` does."""
    evening = distribution(unit, distribution_id)
    unit.unchanged_since(evening, version)
    planned = _planned(unit, evening)
    for found in planned:
        check_move(unit, found, day)
    for found in planned:
        _transfer(unit, found, day, reason)
    if tell:
        notices.tell_moved(unit, [(found, evening.day) for found in planned], f"evening:{evening.id}")
    return planned


def move_back(unit: Unit, distribution_id: int, delivery_ids: Sequence[int]) -> list[Delivery]:
    """Undo a move: these deliveries return to the evening they came from, even when it has passed.

    Mail that waits is held back; what was sent is followed by another one.
    """
    evening = unit.get(Distribution, distribution_id)
    returned = [_held(unit, delivery_id) for delivery_id in delivery_ids]
    left = [(found, found.distribution.day) for found in returned]
    for found in returned:
        _check_planned(found)
        if found.distribution.place_id != evening.place_id:
            raise NotFound(f"distribution {distribution_id}")
        _transfer(unit, found, evening.day, "")
    if notices.hold_back(unit, [f"evening:{evening.id}", *(f"delivery:{found.id}" for found in returned)]):
        notices.tell_moved(unit, left)
    return returned


def cancel(
    unit: Unit,
    delivery_id: int,
    effect: LineEffect,
    reason: str = "",
    version: int | None = None,
    *,
    tell: bool = False,
) -> Delivery:
    """Nothing is handed out that day. CREDITED gives its price back to each household, KEPT leaves it paid to the farm.

    `tell` mails whom it concerns in a minute. Raises Refused for what is not planned; Stale.
    """
    found = _held(unit, delivery_id)
    unit.unchanged_since(found, version)
    _cancel_all(unit, [found], effect, reason, f"delivery:{found.id}" if tell else None)
    return found


def cancel_distribution(
    unit: Unit, distribution_id: int, effect: LineEffect, reason: str = "", version: int | None = None,
    *, tell: bool = False,
) -> list[Delivery]:  # fmt: skip
    """Cancel everything that is planned for an evening. Raises as `cancel` does."""
    evening = distribution(unit, distribution_id)
    unit.unchanged_since(evening, version)
    planned = _planned(unit, evening)
    _cancel_all(unit, planned, effect, reason, f"evening:{evening.id}" if tell else None)
    return planned


def restore(unit: Unit, delivery_id: int) -> Delivery:
    """Undo a cancellation: baskets are due again and what was given back is owed again.

    Mail that waits is held back; what was sent is followed by another one. Raises Refused unless it is cancelled.
    """
    found = _held(unit, delivery_id)
    if found.state is not DeliveryState.CANCELLED:
        raise Refused(_("Cette livraison n’est pas annulée."))
    found.state = follow(found.state, DeliveryState.PLANNED)
    found.reason = ""
    delivery_lines.due_again(unit, found)
    unit.session.flush()
    _tell(unit, found, "restored", N_("rétablie"))
    if notices.hold_back(unit, [f"delivery:{found.id}", f"evening:{found.distribution_id}"]):
        notices.tell_restored(unit, found)
    return found


def restore_distribution(unit: Unit, distribution_id: int) -> list[Delivery]:
    """Undo the cancellation of everything that is cancelled that evening."""
    evening = distribution(unit, distribution_id)
    return [restore(unit, d.id) for d in evening.deliveries if d.state is DeliveryState.CANCELLED]


def mark_delivered(unit: Unit, delivery_id: int) -> Delivery:
    """The farm came. Raises Refused before the day, or for a cancelled delivery."""
    found = _held(unit, delivery_id)
    if found.distribution.day > unit.today:
        raise Refused(_("Cette livraison est à venir. Notez-la le jour même."))
    found.state = follow(found.state, DeliveryState.DELIVERED)
    unit.session.flush()
    _tell(unit, found, "delivered", N_("faite"))
    return found


def reopen(unit: Unit, delivery_id: int) -> Delivery:
    """Undo `mark_delivered`. Raises Refused for a cancelled delivery, which `restore` brings back."""
    found = _held(unit, delivery_id)
    if found.state is DeliveryState.CANCELLED:
        raise Refused(_("Cette livraison est annulée. Rétablissez-la d’abord."))
    found.state = follow(found.state, DeliveryState.PLANNED)
    unit.session.flush()
    _tell(unit, found, "restored", N_("de nouveau prévue"))
    return found


def write_note(unit: Unit, distribution_id: int, note: str, version: int | None = None) -> Distribution:
    """Set the note of the evening, which its sheet shows. Raises Stale."""
    evening = distribution(unit, distribution_id)
    unit.unchanged_since(evening, version)
    if evening.note != note:
        evening.note = note
        unit.session.flush()
        unit.record(CalendarChanged(what=N_("note du %(day)s") % {"day": long_day(evening.day, "fr")}))
    return evening


def _check_planned(found: Delivery) -> None:
    if found.state is not DeliveryState.PLANNED:
        raise Refused(_("Cette livraison est « %(state)s » : elle ne se déplace plus.") % {"state": label(found.state)})


def _evenings(unit: Unit, place: Place, days: list[date]) -> dict[date, Distribution]:
    query = select(Distribution).where(Distribution.place_id == place.id, Distribution.day.in_(days))
    known = {evening.day: evening for evening in unit.all(query.options(joinedload(Distribution.place)))}
    for day in days:
        if day not in known:
            known[day] = Distribution(place=place, day=day, starts_at=place.starts_at, ends_at=place.ends_at)
            unit.session.add(known[day])
    unit.session.flush()
    return known


def _held(unit: Unit, delivery_id: int) -> Delivery:
    """The delivery, once nobody signs, plans, moves or cancels around it: offers first, then place, then delivery."""
    offers = select(OfferDate.offer_id).where(OfferDate.delivery_id == delivery_id)
    unit.rows(select(Offer.id).where(Offer.id.in_(offers)).order_by(Offer.id).with_for_update())
    here = select(Distribution.place_id).join(Delivery).where(Delivery.id == delivery_id)
    unit.locked(Place, unit.one(here))
    unit.locked(Delivery, delivery_id)
    return delivery(unit, delivery_id)


def _planned(unit: Unit, evening: Distribution) -> list[Delivery]:
    planned = [_held(unit, d.id) for d in evening.deliveries if d.state is DeliveryState.PLANNED]
    if not planned:
        raise Refused(_("Rien n’est prévu ce jour-là."))
    return planned


def _already_there(reader: Reader, found: Delivery, day: date) -> tuple[int | None, bool]:
    """Another delivery of the farm at this place on that day, and whether an offer or a contract needs it."""
    in_offer = exists().where(OfferDate.delivery_id == Delivery.id)
    in_contract = exists().where(ContractLine.delivery_id == Delivery.id)
    query = (
        select(Delivery.id, in_offer | in_contract)
        .join(Distribution)
        .where(Delivery.farm_id == found.farm_id, Delivery.id != found.id)
        .where(Distribution.place_id == found.distribution.place_id, Distribution.day == day)
    )
    rows = reader.rows(query)
    return (rows[0][0], bool(rows[0][1])) if rows else (None, False)


def _transfer(unit: Unit, found: Delivery, day: date, reason: str) -> None:
    other, used = _already_there(unit, found, day)
    if used:
        raise Refused(Problem(_("%(farm)s livre déjà ce jour-là.") % {"farm": found.farm.name}, "day"))
    if other is not None:
        unit.execute(delete(Delivery).where(Delivery.id == other))
    before = found.distribution.day
    evening = _evenings(unit, found.distribution.place, [day])[day]
    found.distribution, found.reason = evening, reason
    unit.session.flush()
    what = N_("déplacée au %(day)s") % {"day": long_day(day, "fr")}
    unit.record(_event(found, "moved", _with(what, reason), before, day))


def _cancel_all(unit: Unit, planned: Sequence[Delivery], effect: LineEffect, reason: str, group: str | None) -> None:
    if effect is LineEffect.DUE:
        raise Refused(Problem(_("Choisissez ce que devient le montant de ce jour."), "effect"))
    for found in planned:
        found.state = follow(found.state, DeliveryState.CANCELLED)
        found.reason = reason
    cents = delivery_lines.not_handed_out(unit, planned, effect)
    unit.session.flush()
    for found in planned:
        kept = effect is LineEffect.KEPT
        _tell(unit, found, "cancelled", _with(N_("annulée, reste payée") if kept else N_("annulée, déduite"), reason))
    if group is not None:
        notices.tell_cancelled(unit, planned, effect, cents, group)


def _with(what: str, reason: str) -> str:
    return f"{what} ({reason})" if reason else what


def _tell(unit: Unit, found: Delivery, change: str, what: str) -> None:
    day = found.distribution.day
    unit.record(_event(found, change, what, day, day))


def _event(found: Delivery, change: str, what: str, before: date, after: date) -> DeliveryChanged:
    return DeliveryChanged(
        delivery_id=found.id, farm=found.farm.name, change=change, what=what, before=before, after=after
    )  # fmt: skip
