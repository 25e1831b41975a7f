"""Amendments: one is written whenever a signed contract is changed or that is taken back; none is ever rewritten."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from sqlalchemy import ColumnElement, select

from courtil.api import (
    ACCOUNT,
    BINDING,
    FRENCH,
    Charge,
    Contract,
    Delivery,
    Distribution,
    Farm,
    Household,
    NotFound,
    Offer,
    Person,
    Reader,
    Unit,
    amap_settings,
    fingerprint,
    spoken,
    worth,
)
from courtil_contracts.domain import amendments as texts
from courtil_contracts.domain.amendments import BY_HAND, FARM, HOUSEHOLD, Evidence, Facts
from courtil_contracts.domain.changes import Kind
from courtil_contracts.domain.events import AmendmentAccepted
from courtil_contracts.domain.said import change_sentence
from courtil_contracts.services.situations import charges_of, lines_of
from courtil_contracts.services.terms import terms_of
from courtil_contracts.tables import ContractAcceptance, ContractAmendment, ContractChange

ACCEPTS = "contracts.countersign"
"""The right to agree for the farm."""


@dataclass(frozen=True)
class Asked:
    """Who agrees for the household by asking: a person, by hand or not; nobody where the contract decides by itself."""

    person: Person | None
    at: datetime
    method: str = ACCOUNT


def write(unit: Unit, found: Contract, change: ContractChange, was: int, *, undoes: bool = False) -> ContractAmendment:
    """The next amendment of the contract, for this change or for its end; `was` is what the contract was worth before.

    `found` is as it is now, its offer is held. The household agrees by asking.
    """
    asked = _asked(unit, found, change, undoes=undoes)
    facts = _facts(unit, found, change, was, _words(change.kind, asked), undoes=undoes)
    text = texts.write(facts)
    row = unit.add(
        ContractAmendment(
            contract_id=found.id, number=facts.number, change_id=change.id, takes_back=undoes, text=text,
            text_hash=fingerprint(text), previous=facts.previous, at=unit.now,
        )
    )  # fmt: skip
    if asked is not None:
        _accept(unit, row, HOUSEHOLD, asked)
    return row


def _facts(unit: Unit, found: Contract, change: ContractChange, was: int, asked: str, *, undoes: bool) -> Facts:
    last, before, after = _last(unit, found.id), lines_of(change.before), lines_of(change.after)
    if undoes:
        before, after = after, before
    days = _days(unit, [change.delivery_id, change.target_delivery_id, *(delivery for _product, delivery in after)])
    products = {one.id: one.product.name for one in found.offer.products}
    return Facts(
        number=last.number + 1 if last else 1, contract_id=found.id, offer=found.offer.name,
        amap=amap_settings(unit).name, household=found.household.name, written_on=unit.today, kind=change.kind,
        day=days[change.delivery_id or 0], target=days.get(change.target_delivery_id or 0),
        lines=texts.moved(before, after, products, days),
        charges=[Charge(one.label, -one.cents if undoes else one.cents) for one in charges_of(change.after)],
        before=was, after=worth(found), asked=asked, clause=_clause(unit, found, change),
        previous=last.text_hash if last else found.text_hash, undoes=_number_of(unit, change) if undoes else None,
    )  # fmt: skip


def _last(reader: Reader, contract_id: int) -> ContractAmendment | None:
    query = select(ContractAmendment).where(ContractAmendment.contract_id == contract_id)
    return reader.session.scalar(query.order_by(ContractAmendment.number.desc()).limit(1))


def _number_of(reader: Reader, change: ContractChange) -> int:
    """The number of the amendment that this change made; zero when it was made before there were any."""
    made = (ContractAmendment.change_id == change.id, ContractAmendment.takes_back.is_(False))
    return reader.session.scalar(select(ContractAmendment.number).where(*made)) or 0


def _asked(unit: Unit, found: Contract, change: ContractChange, *, undoes: bool) -> Asked | None:
    """The household agrees by asking, or by telling a coordinator; not to a shortfall, nor to what a taker gives up."""
    if change.kind is Kind.HAZARD:
        return None
    mine = unit.actor.person_id if unit.actor else None
    key, at = (mine, unit.now) if undoes else (change.by_person_id, change.at)
    person = unit.session.get(Person, key) if key is not None else None
    if person is not None and person.household_id == found.household_id:
        return Asked(person, at)
    if undoes and person is not None and person.household_id == change.to_household_id:
        return None
    return Asked(person, at, BY_HAND)


def _words(kind: Kind, asked: Asked | None) -> str:
    if asked is None:
        return "Signalé par l’association." if kind is Kind.HAZARD else "Demandé par le foyer qui prenait le panier."
    name = asked.person.full_name if asked.person else "l’association"
    return f"Demandé par le foyer : {name}." if asked.method == ACCOUNT else f"Demandé par le foyer, saisi par {name}."


@spoken(FRENCH)
def _clause(reader: Reader, found: Contract, change: ContractChange) -> str:
    """What of the contract allows the change."""
    if change.kind is Kind.HAZARD:
        return texts.HAZARDS
    allowed = (one for one in terms_of(reader, found.offer_id).changes if Kind(one.kind) is change.kind)
    return next(map(change_sentence, allowed), "")


def _days(reader: Reader, deliveries: Iterable[int | None]) -> Mapping[int, date]:
    query = select(Delivery.id, Distribution.day).join(Distribution, Distribution.id == Delivery.distribution_id)
    return dict(map(tuple, reader.rows(query.where(Delivery.id.in_([key for key in deliveries if key])))))


def _accept(unit: Unit, row: ContractAmendment, party: str, asked: Asked) -> ContractAcceptance:
    key, name = (asked.person.id, asked.person.full_name) if asked.person else (None, "")
    evidence = Evidence(row.contract_id, row.number, party, key, name, asked.at, asked.method, row.text_hash)
    return unit.add(
        ContractAcceptance(
            amendment_id=row.id, party=party, person_id=key, name=name, at=asked.at, method=asked.method,
            evidence_hash=evidence.digest(),
        )
    )  # fmt: skip


@dataclass(frozen=True)
class Version:
    """An amendment with who agreed to it, by party; `holds`: text, fingerprints and evidence still agree."""

    amendment: ContractAmendment
    accepted: Mapping[str, ContractAcceptance] = field(default_factory=dict)
    holds: bool = True


def versions(reader: Reader, found: Contract) -> list[Version]:
    """The amendments of a contract in order, the chain from its signed text on computed again."""
    query = select(ContractAmendment).where(ContractAmendment.contract_id == found.id)
    rows = reader.all(query.order_by(ContractAmendment.number))
    accepted = _accepted(reader, [one.id for one in rows])
    previous, whole, said = found.text_hash, fingerprint(found.text) == found.text_hash, []
    for number, row in enumerate(rows, start=1):
        follows = row.number == number and row.previous == previous
        whole = whole and follows and _holds(row, accepted[row.id].values())
        said.append(Version(row, accepted[row.id], whole))
        previous = row.text_hash
    return said


def _accepted(reader: Reader, keys: Sequence[int]) -> dict[int, dict[str, ContractAcceptance]]:
    found: dict[int, dict[str, ContractAcceptance]] = defaultdict(dict)
    query = select(ContractAcceptance).where(ContractAcceptance.amendment_id.in_(keys))
    for one in reader.all(query.order_by(ContractAcceptance.id)):
        found[one.amendment_id][one.party] = one
    return found


def _holds(row: ContractAmendment, accepted: Iterable[ContractAcceptance]) -> bool:
    """Whether the text is what was agreed to, and names the text before it."""
    is_text = fingerprint(row.text) == row.text_hash and row.previous in row.text
    return is_text and all(_digest(row, one) == one.evidence_hash for one in accepted)


def _digest(row: ContractAmendment, one: ContractAcceptance) -> str:
    return Evidence(
        row.contract_id, row.number, one.party, one.person_id, one.name, one.at, one.method, row.text_hash
    ).digest()  # fmt: skip


def stamps(reader: Reader, offer_id: int) -> dict[int, str]:
    """Where the amendments of an offer's contracts stand, in 64 characters, for each contract that has some."""
    query = (
        select(ContractAmendment.contract_id, ContractAmendment.text_hash, ContractAcceptance.evidence_hash)
        .join(Contract, Contract.id == ContractAmendment.contract_id)
        .outerjoin(ContractAcceptance, ContractAcceptance.amendment_id == ContractAmendment.id)
        .where(Contract.offer_id == offer_id)
        .order_by(ContractAmendment.id, ContractAcceptance.id)
    )
    hashes = defaultdict[int, list[str]](list)
    for key, text, evidence in reader.rows(query):
        hashes[key] += [text, evidence or ""]
    return {key: fingerprint("\n".join(found)) for key, found in hashes.items()}


@dataclass(frozen=True)
class Waiting:
    """An amendment to which the farm has not agreed yet."""

    amendment: ContractAmendment
    household: str
    offer_id: int
    offer: str
    farm: str


def waiting(reader: Reader, *conditions: ColumnElement[bool]) -> list[Waiting]:
    """The amendments that wait for a farm for which the actor may agree, by offer, household and number."""
    query = (
        select(ContractAmendment, Household.name, Offer.id, Offer.name, Farm.name)
        .join(Contract, Contract.id == ContractAmendment.contract_id)
        .join(Household, Household.id == Contract.household_id)
        .join(Offer, Offer.id == Contract.offer_id)
        .join(Farm, Farm.id == Offer.farm_id)
        .where(*_waits(reader), *conditions)
        .order_by(Offer.name, Offer.id, Household.search, Contract.id, ContractAmendment.number)
    )
    return [Waiting(*row) for row in reader.rows(query)]


def how_many_wait(reader: Reader, *conditions: ColumnElement[bool]) -> int:
    """How many amendments wait for a farm for which the actor may agree, but for changes that were taken back since."""
    return len(in_force([one.amendment for one in waiting(reader, *conditions)]))


def in_force(rows: Sequence[ContractAmendment]) -> list[ContractAmendment]:
    """Of amendments that wait, those that still change something: not a change and its end, of which nobody knew."""
    ended = Counter((one.contract_id, one.change_id) for one in rows)
    return [one for one in rows if ended[one.contract_id, one.change_id] == 1]


def _waits(reader: Reader) -> tuple[ColumnElement[bool], ...]:
    return ~_by_farm(), Contract.state.in_(BINDING), reader.seen(ACCEPTS, Contract)


def _by_farm() -> ColumnElement[bool]:
    farm = (ContractAcceptance.amendment_id == ContractAmendment.id, ContractAcceptance.party == FARM)
    return select(ContractAcceptance.id).where(*farm).exists()


def accept(unit: Unit, keys: Sequence[int], person: Person) -> list[ContractAmendment]:
    """The farm agrees to these amendments; those it agreed to already are left as they are.

    Raises NotFound when the actor may not agree to one of them for its farm.
    """
    query = select(ContractAmendment).join(Contract).where(ContractAmendment.id.in_(keys), unit.seen(ACCEPTS, Contract))
    rows = {one.id: one for one in unit.all(query)}
    if set(keys) - rows.keys():
        raise NotFound("amendment")
    offers = select(Contract.offer_id).where(Contract.id.in_([one.contract_id for one in rows.values()])).distinct()
    for offer_id in sorted(unit.all(offers)):
        unit.locked(Offer, offer_id)  # in the order of their ids: two units never wait for each other
    new = {one.amendment.id: one for one in waiting(unit, ContractAmendment.id.in_(rows))}
    for key, one in sorted(new.items()):
        _accept(unit, rows[key], FARM, Asked(person, unit.now))
        contract_id, number = one.amendment.contract_id, one.amendment.number
        unit.record(AmendmentAccepted(contract_id=contract_id, number=number, household=one.household, offer=one.offer))
    return [rows[key] for key in sorted(new)]
