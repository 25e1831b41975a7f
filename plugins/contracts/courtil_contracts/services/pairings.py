"""Households that share under an offer: asking, answering, setting two together; who shares with whom, whose turn."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import ColumnElement, func, or_, select

from courtil.api import (
    BINDING,
    N_,
    Contract,
    ContractState,
    Household,
    NotFound,
    Offer,
    OfferChanged,
    OfferState,
    Person,
    Problem,
    Reader,
    Refused,
    Unit,
    _,
    matrix,
    proposed,
    whom_to_ask,
    window_problems,
)
from courtil_contracts.domain.sharing import FIRST, MOST_SHARES, SECOND, Manner, PairingState, turns, uneven
from courtil_contracts.services import letters
from courtil_contracts.services.dates import dates_of
from courtil_contracts.services.terms import terms_of
from courtil_contracts.tables import Pairing

KINDS = ("contracts.same", "contracts.dates")
"""The kinds of contract under which two households may share."""

STANDING = (PairingState.ACCEPTED, PairingState.ENDED)
"""States in which a pairing has its say on money."""


MOST_A_DAY = 3
"""Proposals that a household makes in a day: each sends a mail to somebody."""


@dataclass(frozen=True)
class Wish:
    """How two households would share. With one payer it is the first."""

    manner: Manner
    inverted: bool = False
    payers: int = 2
    shares: tuple[int, int] = (1, 1)


@dataclass(frozen=True)
class Sharing:
    """A pairing as one of its two households sees it, with the names of both."""

    pairing: Pairing
    side: int
    first: str
    second: str

    @property
    def partner(self) -> str:
        """The name of the other household."""
        return self.second if self.side == FIRST else self.first

    @property
    def halves(self) -> bool:
        """Whether each signs for its own dates."""
        return self.pairing.manner is Manner.ALTERNATING and self.pairing.payers != 1

    @property
    def signs(self) -> bool:
        """Whether this household signs a contract of its own."""
        return self.side == FIRST or self.pairing.payers != 1


def offers_sharing(reader: Reader, offer: Offer) -> bool:
    """Whether two households may share under this offer."""
    return offer.kind in KINDS and terms_of(reader, offer.id).sharing


def sharings(reader: Reader, *conditions: ColumnElement[bool], household_id: int = 0) -> list[Sharing]:
    """The pairings that meet the conditions, the oldest first, as this household sees them, else as the first does."""
    found = reader.all(select(Pairing).where(*conditions).order_by(Pairing.id))
    homes = {key for one in found for key in (one.first_id, one.second_id) if key}
    named = reader.rows(select(Household.id, Household.name).where(Household.id.in_(homes))) if homes else ()
    names = {key: str(name) for key, name in named}
    return [
        Sharing(
            one, SECOND if one.second_id == household_id else FIRST, names.get(one.first_id, ""),
            names.get(one.second_id or 0, ""),
        )
        for one in found
    ]  # fmt: skip


def of_household(household_id: int) -> ColumnElement[bool]:
    """The pairings of which this household is one."""
    return or_(Pairing.first_id == household_id, Pairing.second_id == household_id)


def sharing_of(reader: Reader, offer_id: int, household_id: int) -> Sharing | None:
    """How the household shares what it would sign; not any more what it signs after a contract that was ended early."""
    here = (Pairing.offer_id == offer_id, Pairing.state == PairingState.ACCEPTED, of_household(household_id))
    found = next(iter(sharings(reader, *here, household_id=household_id)), None)
    if found is None or _contract_ids(reader, offer_id, household_id, ContractState.TERMINATED):
        return None
    return found


def _contract_ids(reader: Reader, offer_id: int, household_id: int | None, *states: ContractState) -> Sequence[int]:
    mine = (Contract.offer_id == offer_id, Contract.household_id == household_id)
    return reader.all(select(Contract.id).where(*mine, Contract.state.in_(states)).order_by(Contract.id))


def bound_id(reader: Reader, offer_id: int, household_id: int | None) -> int | None:
    """The contract that the household has signed under a pairing: the oldest that binds."""
    return next(iter(_contract_ids(reader, offer_id, household_id, *BINDING)), None)


def turns_to_come(reader: Reader, found: Iterable[Pairing]) -> dict[int, list[int]]:
    """By pairing, the side whose turn it is on each date that a contract signed today could bring."""
    known: dict[int, tuple[set[int], list[tuple[int, date]]]] = {}
    for offer_id in {one.offer_id for one in found if one.manner is Manner.ALTERNATING}:
        coming = {cell.delivery_id for cell in matrix(reader, offer_id) if cell.day > reader.today}
        known[offer_id] = coming, dates_of(reader, offer_id)
    return {
        one.id: [side for key, _day, side in _assigned(one, known[one.offer_id][1]) if key in known[one.offer_id][0]]
        for one in found
        if one.offer_id in known
    }


def days_of(reader: Reader, pairing: Pairing) -> list[tuple[int, date, int]]:
    """Every date of the offer with the side whose turn it is: a turn does not change when a date is cancelled."""
    return _assigned(pairing, dates_of(reader, pairing.offer_id))


def _assigned(pairing: Pairing, dates: Sequence[tuple[int, date]]) -> list[tuple[int, date, int]]:
    kept = {int(key): side for key, side in pairing.turns.items()}
    whose = turns([key for key, _day in dates], kept, inverted=pairing.inverted)
    return [(key, day, whose[key]) for key, day in dates]


def ask(unit: Unit, offer_id: int, household_id: int, email: str, wish: Wish) -> Pairing:
    """Ask the household of this address to share. Whether anybody has it is never told.

    Raises Refused for one's own address, a closed offer, a choice that cannot be shared so, a household that is not
    free to share any more or that waits for an answer already.
    """
    offer = unit.locked(Offer, offer_id)
    _check(unit, offer, wish)
    _check_free(unit, offer_id, unit.get(Household, household_id), own=True)
    address = email.strip().lower()
    query = select(Person.household_id).where(func.lower(Person.email) == address, Person.archived_at.is_(None))
    other = unit.session.scalar(query.limit(1)) if address else None
    if other == household_id:
        raise Refused(Problem(_("C’est votre propre foyer : écrivez l’adresse d’un autre."), "email"))
    waits = (Pairing.offer_id == offer_id, Pairing.first_id == household_id, Pairing.state == PairingState.ASKED)
    if sharings(unit, *waits):
        raise Refused(_("Votre proposition précédente attend une réponse : retirez-la pour en faire une autre."))
    lately = (Pairing.first_id == household_id, Pairing.asked_at > unit.now - timedelta(days=1))
    if len(unit.all(select(Pairing.id).where(*lately))) >= MOST_A_DAY:
        raise Refused(_("Vous avez fait plusieurs propositions aujourd’hui : attendez demain pour la suivante."))
    made = _add(unit, offer_id, (household_id, other), wish, PairingState.ASKED)
    made.email = address[:200]
    unit.session.flush()
    if other is not None:
        words = {"name": unit.get(Household, household_id).name, "offer": offer.name}
        says = N_("Le foyer %(name)s vous propose de partager un panier du contrat « %(offer)s ».") % words
        how = N_("Regardez ce qu’il propose et répondez dans « Mes contrats ». Sans réponse, rien ne change.")
        letters.send(unit, other, N_("Un partage de panier vous est proposé"), [says, how])
    return made


def pair(unit: Unit, offer_id: int, first_id: int, second_id: int, wish: Wish) -> Pairing:
    """The coordination sets two households together. Raises Refused as `ask` does, NotFound."""
    offer = unit.locked(Offer, offer_id)
    _check(unit, offer, wish, by_hand=True)
    if first_id == second_id:
        raise Refused(Problem(_("Choisissez deux foyers différents."), "second_id"))
    for key in (first_id, second_id):
        _check_free(unit, offer_id, unit.get(Household, key))
    made = _add(unit, offer_id, (first_id, second_id), wish, PairingState.ACCEPTED)
    made.answered_by_id = made.asked_by_id
    _accepted(unit, offer, made)
    return made


def _add(unit: Unit, offer_id: int, homes: tuple[int, int | None], wish: Wish, state: PairingState) -> Pairing:
    return unit.add(
        Pairing(
            offer_id=offer_id, first_id=homes[0], second_id=homes[1], manner=wish.manner, inverted=wish.inverted,
            payers=wish.payers, first_share=wish.shares[0], second_share=wish.shares[1], state=state,
            asked_by_id=unit.actor.person_id if unit.actor else None, asked_at=unit.now,
        )
    )  # fmt: skip


def _accepted(unit: Unit, offer: Offer, made: Pairing) -> None:
    first, second = (unit.get(Household, key or 0).name for key in (made.first_id, made.second_id))
    made.first_label = (N_("Part du foyer %(name)s") % {"name": second})[:200]
    made.second_label = (N_("Part du panier partagé avec le foyer %(name)s") % {"name": first})[:200]
    made.email = ""
    mine = Pairing.first_id.in_((made.first_id, made.second_id))  # those of others wait on: nothing tells them why
    waiting = select(Pairing).where(Pairing.offer_id == offer.id, Pairing.state == PairingState.ASKED, mine)
    for one in unit.all(waiting.where(Pairing.id != made.id)):
        one.state, one.email = PairingState.DECLINED, ""
    unit.session.flush()
    _tell(unit, offer, N_("panier partagé entre %(first)s et %(second)s") % {"first": first, "second": second})


def _tell(unit: Unit, offer: Offer, what: str) -> None:
    unit.record(OfferChanged(offer_id=offer.id, name=offer.name, what=what))


def _check(reader: Reader, offer: Offer, wish: Wish, *, by_hand: bool = False) -> None:
    if not offers_sharing(reader, offer):
        raise Refused(_("Ce contrat ne se partage pas entre deux foyers."))
    is_prepared = by_hand and offer.state is OfferState.DRAFT
    if not is_prepared and (closed := window_problems(reader, offer, by_hand=by_hand)):
        raise Refused(*closed)
    if wish.payers not in (1, 2) or not all(0 < share <= MOST_SHARES for share in wish.shares):
        message = _("Chaque part est un nombre de 1 à %(most)s, par exemple 2 et 1.") % {"most": MOST_SHARES}
        raise Refused(Problem(message, "first_share"))
    if wish.manner is Manner.ALTERNATING and (problem := alternating_problem(reader, offer.id, wish)):
        raise Refused(Problem(problem, "manner"))


def alternating_problem(reader: Reader, offer_id: int, wish: Wish) -> str:
    """Why the offer cannot be taken every other date; empty when it can."""
    offer, terms, cells = proposed(reader, offer_id), terms_of(reader, offer_id), matrix(reader, offer_id)
    names = {one.id: one.product.name for one in offer.products}
    whose = turns([key for key, _day in dates_of(reader, offer_id)], {}, inverted=wish.inverted)
    if len({cell.delivery_id for cell in cells}) < 2:
        return _("Il faut au moins deux dates pour alterner : partagez plutôt chaque panier.")
    whole = [key for key in names if terms.of(key).per != "delivery" or terms.of(key).deliveries]
    if whole:
        message = _("« %(name)s » ne se prend pas une fois sur deux : partagez plutôt chaque panier.")
        return message % {"name": names[whole[0]]}
    if apart := uneven(cells, whose):
        message = _("« %(name)s » ne viendrait presque que pour l’un des deux foyers : partagez plutôt chaque panier.")
        return message % {"name": names[apart[0]]}
    return ""


def _check_free(reader: Reader, offer_id: int, home: Household, *, own: bool = False) -> None:
    """Raise Refused when this household cannot share under this offer any more."""
    words = {"name": home.name}
    if home.archived_at is not None or home.left_on is not None:
        raise Refused(_("Le foyer %(name)s a quitté l’AMAP.") % words)
    if bound_id(reader, offer_id, home.id) is not None:
        says = _("Votre foyer a déjà signé ce contrat : il ne se partage plus.")
        raise Refused(says if own else _("Le foyer %(name)s a déjà signé ce contrat : il ne se partage plus.") % words)
    if sharings(reader, Pairing.offer_id == offer_id, Pairing.state.in_(STANDING), of_household(home.id)):
        says = _("Votre foyer partage déjà ce contrat.")
        raise Refused(says if own else _("Le foyer %(name)s partage déjà ce contrat.") % words)


def held_pairing(unit: Unit, pairing_id: int) -> tuple[Offer, Pairing]:
    """A pairing and its offer, both held until the end of the unit. Raises NotFound."""
    offer = unit.locked(Offer, unit.get(Pairing, pairing_id).offer_id)
    return offer, unit.locked(Pairing, pairing_id)


def accept(unit: Unit, pairing_id: int, household_id: int) -> Pairing:
    """The household agrees to share. Raises NotFound for another household, Refused when it cannot be any more."""
    offer, found = _asked(unit, pairing_id, household_id)
    _check(unit, offer, Wish(found.manner, found.inverted, found.payers, found.shares))
    _check_free(unit, offer.id, unit.get(Household, household_id), own=True)
    _check_free(unit, offer.id, unit.get(Household, found.first_id))
    _answer(unit, found, PairingState.ACCEPTED)
    _accepted(unit, offer, found)
    words = {"name": unit.get(Household, household_id).name, "offer": offer.name}
    says = N_("Le foyer %(name)s partage avec vous le contrat « %(offer)s ». Vous pouvez choisir et signer.") % words
    letters.send(unit, found.first_id, N_("Votre partage de panier est accepté"), [says])
    return found


def decline(unit: Unit, pairing_id: int, household_id: int) -> Pairing:
    """The household does not want to. Raises as `accept` does."""
    offer, found = _asked(unit, pairing_id, household_id)
    _answer(unit, found, PairingState.DECLINED)
    words = {"name": unit.get(Household, household_id).name, "offer": offer.name}
    says = N_("Le foyer %(name)s ne partage pas avec vous le contrat « %(offer)s ».") % words
    letters.send(unit, found.first_id, N_("Votre partage de panier n’est pas accepté"), [says])
    return found


def _asked(unit: Unit, pairing_id: int, household_id: int) -> tuple[Offer, Pairing]:
    offer, found = held_pairing(unit, pairing_id)
    if found.second_id != household_id:
        raise NotFound(f"pairing {pairing_id}")
    if found.state is not PairingState.ASKED:
        raise Refused(_("Cette proposition a déjà sa réponse, ou elle a été retirée."))
    return offer, found


def _answer(unit: Unit, found: Pairing, state: PairingState) -> None:
    found.state, found.email = state, ""
    found.answered_by_id = unit.actor.person_id if unit.actor else None
    unit.session.flush()


def signed_states(reader: Reader, found: Iterable[Pairing]) -> dict[int, dict[int, ContractState]]:
    """By pairing, how the contract stands that each side has signed: the oldest that binds."""
    rows = list(found)
    query = select(Contract.offer_id, Contract.household_id, Contract.state).where(
        Contract.offer_id.in_({one.offer_id for one in rows}), Contract.state.in_(BINDING)
    )
    states = {(offer, home): state for offer, home, state in reader.rows(query.order_by(Contract.id.desc()))}
    return {
        one.id: {side: states[one.offer_id, key] for side, key in one.sides if key and (one.offer_id, key) in states}
        for one in rows
    }


def is_signed_by_one(reader: Reader, pairing: Pairing) -> bool:
    """Whether one of the two has signed."""
    return bool(signed_states(reader, [pairing])[pairing.id])


def withdraw(unit: Unit, pairing_id: int, household_id: int | None = None) -> Pairing:
    """Take a proposal or a pairing back while neither has signed; `household_id`: one of the two does so itself.

    Raises NotFound for another household, Refused once somebody has signed.
    """
    offer, found = held_pairing(unit, pairing_id)
    asked_by_it = found.state is PairingState.ASKED and household_id in (None, found.first_id)
    paired = found.state is PairingState.ACCEPTED and household_id in (None, found.first_id, found.second_id)
    if not asked_by_it and not paired:
        raise NotFound(f"pairing {pairing_id}")
    if paired and is_signed_by_one(unit, found):
        words = {"whom": whom_to_ask(unit, offer.farm_id)}
        raise Refused(_("L’un de vous deux a signé : pour arrêter le partage, demandez à %(whom)s.") % words)
    _answer(unit, found, PairingState.DECLINED)
    if paired:
        _tell(unit, offer, N_("partage de panier défait"))
    return found
