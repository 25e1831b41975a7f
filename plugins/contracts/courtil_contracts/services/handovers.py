"""Handing a basket over to another household, as a gift or in exchange: asked, accepted or declined."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import aliased

from courtil.api import (
    AMENDABLE,
    BINDING,
    Contract,
    ContractLine,
    Delivery,
    DeliveryState,
    Distribution,
    Household,
    LineEffect,
    NotFound,
    OfferProduct,
    Person,
    Problem,
    Product,
    Reader,
    Refused,
    Unit,
    _,
    find_contract,
    held_contract,
    search_key,
    worth,
)
from courtil_contracts.domain.changes import Situation
from courtil_contracts.services import amendments, changes, letters
from courtil_contracts.services.changes import Wish
from courtil_contracts.services.situations import situation
from courtil_contracts.tables import ChangeState, ContractChange

Basket = tuple[int, int]
"""A contract and a delivery."""


@dataclass(frozen=True)
class Handed:
    """A basket that another household takes; without a taker it is a donation. `asked`: nobody has answered yet."""

    change_id: int
    delivery_id: int
    distribution_id: int
    day: date
    words: str
    giver_id: int
    giver: str
    taker_id: int | None
    taker: str
    asked: bool
    back: date | None = None
    """The day on which the giver takes a basket of the taker in exchange."""
    note: str = ""


def household_named(reader: Reader, text: str, giver_id: int) -> Household:
    """The household that is meant by its name, or by the name or e-mail address of one of its persons.

    Raises Refused, under `to`, for nobody, for two of the same name, and for the giver's own.
    """
    key = search_key(text)
    named = or_(Household.search == key, Household.id.in_(_homes_of(reader, key)))
    query = select(Household).where(Household.archived_at.is_(None), named)
    found = reader.all(query.order_by(Household.id)) if key else []
    if not key:
        raise Refused(Problem(_("Écrivez le nom d’un foyer ou une adresse e-mail."), "to"))
    if not found:
        message = _("Aucun foyer ne porte ce nom. Vérifiez l’orthographe, ou écrivez une adresse e-mail.")
        raise Refused(Problem(message, "to"))
    if len(found) > 1:
        message = _("Plusieurs foyers portent ce nom : écrivez l’adresse e-mail de la personne.")
        raise Refused(Problem(message, "to"))
    if found[0].id == giver_id:
        raise Refused(Problem(_("C’est votre propre foyer : écrivez le nom d’un autre."), "to"))
    return found[0]


def _homes_of(reader: Reader, key: str) -> set[int]:
    """The households of the persons present who have exactly this name, either way round, or this address."""
    present = select(Person).where(Person.archived_at.is_(None), Person.household_id.is_not(None))
    persons = reader.all(present.where(Person.search.contains(key.split(" ", maxsplit=1)[0], autoescape=True)))
    return {
        one.household_id or 0
        for one in persons
        if key in {
            search_key(one.first_name, one.last_name), search_key(one.last_name, one.first_name),
            search_key(one.email or ""),
        }
    }  # fmt: skip


def check(reader: Reader, found: Contract, wish: Wish) -> None:
    """Raise Refused when this household cannot be asked, or has no basket to give back on that date."""
    home = reader.session.get(Household, wish.to_household_id) if wish.to_household_id else None
    if home is None or home.archived_at is not None or home.id == found.household_id:
        raise Refused(Problem(_("Ce foyer ne peut pas prendre ce panier : choisissez-en un autre."), "to"))
    if wish.target_id is not None and (problem := _nothing_back(reader, found, home, wish.target_id)):
        raise Refused(Problem(problem, "target"))


def _nothing_back(reader: Reader, found: Contract, home: Household, delivery_id: int) -> str:
    """Why the other household has no basket to give in exchange; empty when it has."""
    query = select(Contract.id).where(
        Contract.offer_id == found.offer_id, Contract.household_id == home.id, Contract.state.in_(AMENDABLE)
    )
    key = reader.session.scalar(query)
    here = situation(reader, find_contract(reader, key)) if key is not None else None
    if here is not None and _goes(here, delivery_id):
        return ""
    words = {"name": home.name}
    return _("Le foyer %(name)s n’a pas de panier à échanger ce jour-là : choisissez une autre date.") % words


def _goes(here: Situation, delivery_id: int) -> bool:
    """Whether a basket is there to be given: due, to come, and not promised to somebody."""
    day = here.day_of(delivery_id)
    is_free = delivery_id not in here.closed and delivery_id not in here.promised
    return day is not None and day >= here.today and is_free and bool(here.due(delivery_id))


def ask(
    unit: Unit, contract_id: int, wish: Wish, *, by_hand: bool = False, version: int | None = None
) -> ContractChange:
    """Ask another household to take a basket; until it accepts nothing changes. Raises NotFound, Refused, Stale."""
    found = changes.locked(unit, contract_id, version)
    outcome = changes.outcome_of(situation(unit, found, by_hand=by_hand), wish)
    check(unit, found, wish)
    change = changes.keep(unit, found, wish, outcome, ChangeState.ASKED)
    letters.asked(unit, handed(unit, ContractChange.id == change.id))
    return change


def accept(unit: Unit, change_id: int, household_id: int) -> ContractChange:
    """The household takes the basket. Raises NotFound for another household, Refused when it cannot be had any more."""
    found, change = _asked(unit, change_id, household_id)
    changes.check_state(found)
    here = situation(unit, found)
    day = here.day_of(change.delivery_id or 0)
    if day is None or day < here.today or change.delivery_id in here.closed or not here.due(change.delivery_id or 0):
        raise Refused(_("Ce panier ne vient plus : il n’y a rien à prendre."))
    wish = Wish("handover", change.delivery_id or 0, change.target_delivery_id, household_id)
    check(unit, found, wish)
    change.state = ChangeState.ACCEPTED
    unit.session.flush()
    changes.tell(unit, found, changes.told(unit, "handover", change.delivery_id))
    amendments.write(unit, found, change, worth(found))
    letters.answered(unit, handed(unit, ContractChange.id == change.id), accepted=True)
    return change


def decline(unit: Unit, change_id: int, household_id: int) -> ContractChange:
    """The household does not take it. Raises NotFound for another household, Refused when it has answered already."""
    _found, change = _asked(unit, change_id, household_id)
    letters.answered(unit, handed(unit, ContractChange.id == change.id), accepted=False)
    change.state = ChangeState.REFUSED
    unit.session.flush()
    return change


def _asked(unit: Unit, change_id: int, household_id: int) -> tuple[Contract, ContractChange]:
    found = held_contract(unit, unit.get(ContractChange, change_id).contract_id)
    change = unit.locked(ContractChange, change_id)
    if change.kind != "handover" or change.to_household_id != household_id:
        raise NotFound(f"handover {change_id}")
    if change.state is not ChangeState.ASKED:
        raise Refused(_("Cette proposition a déjà sa réponse, ou elle a été retirée."))
    return found, change


def undo(unit: Unit, change_id: int, *, by_hand: bool = False) -> ContractChange:
    """Withdraw a proposal or take an accepted handover back; the other household is told. Raises as `changes.undo`."""
    before = handed(unit, ContractChange.id == change_id)
    change = changes.undo(unit, change_id, by_hand=by_hand)
    letters.withdrawn(unit, before)
    return change


def requests(reader: Reader, household_id: int) -> list[Handed]:
    """Baskets that others ask this household to take, from today on."""
    found = handed(reader, ContractChange.to_household_id == household_id, ContractChange.state == ChangeState.ASKED)
    return [one for one in found if one.taker_id == household_id and one.day >= reader.today and one.words]


def coming(reader: Reader, household_id: int, since: date | None = None) -> list[Handed]:
    """Baskets that this household gives or takes from this day on, today when none is given, by day."""
    mine = Contract.household_id == household_id
    found = handed(reader, or_(mine, ContractChange.to_household_id == household_id), _STANDS)
    return [one for one in found if one.day >= (since or reader.today) and one.words]


def of_evening(reader: Reader, distribution_id: int) -> list[Handed]:
    """Baskets of an evening that somebody else takes, and those that are donated."""
    evening = select(Delivery.id).where(Delivery.distribution_id == distribution_id)
    here = or_(ContractChange.delivery_id.in_(evening), ContractChange.target_delivery_id.in_(evening))
    return [one for one in handed(reader, here, _STANDS) if one.distribution_id == distribution_id and one.words]


_STANDS = or_(
    and_(ContractChange.kind == "handover", ContractChange.state == ChangeState.ACCEPTED),
    and_(ContractChange.kind == "donation", ContractChange.state == ChangeState.DONE),
)


def handed(reader: Reader, *conditions: ColumnElement[bool]) -> list[Handed]:
    """The handovers and donations that meet the conditions, each basket by day; an exchange is two baskets."""
    rows = _rows(reader, *conditions)
    deliveries = {key for change, *_rest in rows for key in (change.delivery_id, change.target_delivery_id) if key}
    days = {key: (evening, day) for key, evening, day in _days(reader, deliveries)}
    words = _words(reader, [basket for row in rows for basket in _baskets(*row)])
    found = [one for row in rows for one in _handed(row, days, words)]
    return sorted(found, key=lambda one: (one.day, one.giver, one.change_id))


Row = tuple[ContractChange, int | None, int, str, str | None]
"""A change, the contract of the taker under the same offer, the giver with her name, the taker's name."""


def _rows(reader: Reader, *conditions: ColumnElement[bool]) -> Sequence[Row]:
    giver, taker, back = aliased(Household), aliased(Household), aliased(Contract)
    same = and_(
        back.offer_id == Contract.offer_id, back.household_id == ContractChange.to_household_id,
        back.state.in_(AMENDABLE),
    )  # fmt: skip
    query = (
        select(ContractChange, back.id, giver.id, giver.name, taker.name)
        .join(Contract, Contract.id == ContractChange.contract_id)
        .join(giver, giver.id == Contract.household_id)
        .outerjoin(taker, taker.id == ContractChange.to_household_id)
        .outerjoin(back, same)
        .where(ContractChange.kind.in_(("handover", "donation")), Contract.state.in_(BINDING), *conditions)
    )
    return [(change, key, home, str(name), other) for change, key, home, name, other in reader.rows(query)]


def _baskets(change: ContractChange, back: int | None, *_names: object) -> Iterable[Basket]:
    yield change.contract_id, change.delivery_id or 0
    if change.kind == "handover" and change.target_delivery_id and back:
        yield back, change.target_delivery_id


def _handed(row: Row, days: dict[int, tuple[int, date]], words: dict[Basket, str]) -> Iterable[Handed]:
    change, _back, giver_id, giver, taker = row
    for number, basket in enumerate(_baskets(*row)):
        evening, day = days[basket[1]]
        ends = [(giver_id, giver), (change.to_household_id, taker or "")]
        (from_id, from_name), (to_id, to_name) = ends if not number else reversed(ends)
        other = change.target_delivery_id if not number and change.kind == "handover" else None
        yield Handed(
            change.id, basket[1], evening, day, words.get(basket, ""), from_id or 0, from_name, to_id, to_name,
            change.state is ChangeState.ASKED, days[other][1] if other else None, change.note,
        )  # fmt: skip


def _days(reader: Reader, deliveries: Iterable[int]) -> Sequence[tuple[int, int, date]]:
    query = select(Delivery.id, Distribution.id, Distribution.day).join(Distribution)
    return reader.rows(query.where(Delivery.id.in_(list(deliveries))))


def _words(reader: Reader, baskets: Sequence[Basket]) -> dict[Basket, str]:
    """What is due in each basket; nothing when it does not come."""
    query = (
        select(ContractLine.contract_id, ContractLine.delivery_id, ContractLine.quantity, Product.name)
        .join(OfferProduct, OfferProduct.id == ContractLine.offer_product_id)
        .join(Product, Product.id == OfferProduct.product_id)
        .join(Delivery, Delivery.id == ContractLine.delivery_id)
        .where(
            ContractLine.contract_id.in_([contract for contract, _delivery in baskets]),
            ContractLine.delivery_id.in_([delivery for _contract, delivery in baskets]),
            ContractLine.effect == LineEffect.DUE, Delivery.state != DeliveryState.CANCELLED,
        )
        .order_by(OfferProduct.position, OfferProduct.id)
    )  # fmt: skip
    parts: dict[Basket, list[str]] = {}
    for contract, delivery, quantity, name in reader.rows(query):
        parts.setdefault((contract, delivery), []).append(f"{quantity}\u00a0×\u00a0{name}")
    return {basket: ", ".join(words) for basket, words in parts.items()}
