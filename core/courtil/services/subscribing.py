"""Subscribing: what a choice costs, keeping it, choosing how to pay, and the household's signature."""

from dataclasses import dataclass, field
from datetime import date

from sqlalchemy import insert, select

from courtil.domain import contracts as choosing
from courtil.domain.calendar import due_dates
from courtil.domain.contracts import Choice, Evidence, Line, fingerprint
from courtil.domain.events import ContractSigned
from courtil.domain.money import Cents, format_euros, instalments
from courtil.domain.problems import NotFound, Problem, Refused
from courtil.domain.states import BINDING, ContractState, PaymentMethod
from courtil.domain.words import FRENCH, N_, _, spoken
from courtil.plugin.payloads import Draft, DraftLine
from courtil.services import books, contract_text, contracts, mail
from courtil.services.availability import matrix
from courtil.services.limits import live_contract, wanted_problems, window_problems
from courtil.services.offer_life import possible_counts
from courtil.services.offers import proposed
from courtil.services.settings import amap_settings
from courtil.services.unit import Reader, Unit
from courtil.store.contracts import Contract, ContractLine, Instalment, Signature
from courtil.store.offers import Offer
from courtil.store.people import Person

ACCOUNT, PAPER = "account", "paper"
"""How a household signs: with its own account, or on paper that a coordinator enters."""


@dataclass(frozen=True)
class Quote:
    """What a choice makes, and why it cannot be signed."""

    lines: tuple[Line, ...]
    problems: tuple[Problem, ...] = field(default=())

    @property
    def total(self) -> Cents:
        """The price of all lines."""
        return choosing.total(self.lines)

    @property
    def days(self) -> dict[date, Cents]:
        """What each day costs."""
        return choosing.by_day(self.lines)


def quote(reader: Reader, offer_id: int, choice: Choice, household_id: int, *, by_hand: bool = False) -> Quote:
    """The lines of this choice on the dates to come, and every reason against it; writes nothing.

    `by_hand`: a coordinator enters a paper form, which may come after the closing day.
    """
    offer = proposed(reader, offer_id)
    lines = choosing.lines(choice, matrix(reader, offer_id), reader.today)
    wanted = {(line.offer_product_id, line.delivery_id): line.quantity for line in lines}
    problems = [
        *window_problems(reader, offer, by_hand=by_hand),
        *_choice_problems(offer, choice, lines),
        *wanted_problems(reader, offer, household_id, wanted),
    ]
    return Quote(tuple(lines), tuple(problems))


def _choice_problems(offer: Offer, choice: Choice, lines: list[Line]) -> list[Problem]:
    products = {one.id: one for one in offer.products}
    coming = {line.offer_product_id for line in lines}
    if not choice.chosen:
        return [Problem(_("Choisissez au moins un produit : écrivez combien vous en voulez à chaque fois."))]
    found = []
    for key, quantity in choice.chosen.items():
        product = products.get(key)
        if product is None:
            found.append(Problem(_("Un produit choisi n’est plus proposé : choisissez de nouveau.")))
        elif product.most is not None and quantity > product.most:
            words = {"most": product.most, "name": product.product.name}
            found.append(Problem(_("Au plus %(most)s « %(name)s » par foyer.") % words, f"product-{key}"))
        elif key not in coming:
            message = _("« %(name)s » n’a plus de livraison à venir.")
            found.append(Problem(message % {"name": product.product.name}, f"product-{key}"))
    return found


def save_draft(unit: Unit, offer_id: int, household_id: int, choice: Choice, *, by_hand: bool = False) -> Contract:
    """Keep a choice that could be signed now. Raises Refused with every reason why it could not."""
    offer = unit.locked(Offer, offer_id)
    asked = quote(unit, offer_id, choice, household_id, by_hand=by_hand)
    if asked.problems:
        raise Refused(*asked.problems)
    found = live_contract(unit, offer_id, household_id)
    if found is None:
        found = unit.add(Contract(offer_id=offer_id, household_id=household_id, created_at=unit.now))
        found.method = PaymentMethod(offer.methods[0])
    found.choice, found.total_cents = choice.stored(), asked.total
    counts = possible_counts(offer.instalment_counts, offer.instalment_step, asked.total)
    if found.instalment_count not in counts:
        found.instalment_count = counts[0] if counts else 1
    unit.session.flush()
    return found


def choose_payment(unit: Unit, contract_id: int, count: int, method: str) -> Contract:
    """Decide in how many payments and how. Raises Refused for what the offer does not propose."""
    found = unit.get(Contract, contract_id)
    offer = unit.locked(Offer, found.offer_id)
    unit.session.refresh(found, ["state"])
    _still_draft(found)
    if count not in possible_counts(offer.instalment_counts, offer.instalment_step, found.total_cents):
        raise Refused(Problem(_("Choisissez un des nombres de paiements proposés."), "count"))
    if method not in offer.methods:
        raise Refused(Problem(_("Choisissez un des moyens de paiement proposés."), "method"))
    found.instalment_count, found.method = count, PaymentMethod(method)
    unit.session.flush()
    return found


def schedule(offer: Offer, lines: tuple[Line, ...], count: int, signed_on: date) -> list[tuple[date, Cents]]:
    """Days and amounts of the payments; nothing for a free contract."""
    total = choosing.total(lines)
    if not total:
        return []
    days = due_dates([line.day for line in lines], count, signed_on)
    return list(zip(days, instalments(total, count, offer.instalment_step), strict=True))


@dataclass(frozen=True)
class Reading:
    """A draft as it is re-read: the quote of today, the payments, the whole text."""

    contract: Contract
    quote: Quote
    payments: list[tuple[date, Cents]]
    text: str

    @property
    def text_hash(self) -> str:
        """SHA-256 of the text: what the household sends back with its signature."""
        return fingerprint(self.text)


def reading(reader: Reader, contract_id: int, *, by_hand: bool = False) -> Reading:
    """The draft as it would be signed now, with what stands against it."""
    return _read(reader, contracts.contract(reader, contract_id), by_hand=by_hand)


def _read(reader: Reader, found: Contract, *, by_hand: bool) -> Reading:
    _still_draft(found)
    asked = quote(reader, found.offer_id, Choice.of(found.choice), found.household_id, by_hand=by_hand)
    try:
        payments = schedule(found.offer, asked.lines, found.instalment_count, reader.today) if asked.lines else []
    except ValueError:
        asked = Quote(
            asked.lines, (*asked.problems, Problem(_("Le prix a changé : choisissez de nouveau comment payer.")))
        )
        payments = []
    text = (
        contract_text.write(contract_text.Facts(found, amap_settings(reader), asked.lines, payments))
        if asked.lines
        else ""
    )
    return Reading(found, asked, payments, text)


def sign(
    unit: Unit,
    contract_id: int,
    quoted_total: int,
    text_hash: str,
    person: Person,
    *,
    address: str = "",
    method: str = ACCOUNT,
) -> Contract:
    """The household's signature, on exactly the total and the text that were re-read; a second click changes nothing.

    `person` is the member of the household who signs, `address` the network address. Raises NotFound for somebody
    else's contract, Refused when the offer is not open, full or out of stock, or when total or text have changed.
    """
    found = contracts.held(unit, contract_id)
    if person.household_id != found.household_id or person.archived_at is not None:
        raise NotFound(f"Contract {contract_id}")
    if found.state in BINDING and found.text_hash == text_hash:
        return found
    read = _read(unit, found, by_hand=method == PAPER)
    if problems := [*read.quote.problems, *_plugin_problems(unit, read)]:
        raise Refused(*problems)
    if read.quote.total != quoted_total or read.text_hash != text_hash:
        raise Refused(Problem(_("Le contrat a changé depuis votre lecture. Relisez-le, puis signez."), "text_hash"))
    _write(unit, read, person, address, method)
    unit.session.expire(read.contract, ["lines", "instalments", "signatures"])  # whoever reads on sees what was written
    return read.contract


def _still_draft(found: Contract) -> None:
    if found.state == ContractState.DRAFT:
        return
    if found.state in BINDING:
        raise Refused(_("Ce contrat est déjà signé. Retrouvez-le dans « Mes contrats »."))
    raise Refused(_("Ce contrat est annulé. Choisissez de nouveau vos produits."))


def _plugin_problems(reader: Reader, read: Reading) -> list[Problem]:
    draft = Draft(
        household_id=read.contract.household_id, offer_id=read.contract.offer_id,
        farm_id=read.contract.offer.farm_id, total=read.quote.total,
        lines=tuple(
            DraftLine(offer_product_id=x.offer_product_id, delivery_id=x.delivery_id, quantity=x.quantity,
                      unit_cents=Cents(x.unit_cents))
            for x in read.quote.lines
        ),
    )  # fmt: skip
    return reader.hooks.subscription_problems(draft, reader)


def _write(unit: Unit, read: Reading, person: Person, address: str, method: str) -> None:
    found = read.contract
    _insert_parts(unit, read)
    found.total_cents, found.text, found.text_hash = read.quote.total, read.text, read.text_hash
    found.state = ContractState.SIGNED_MEMBER
    unit.session.flush()
    add_signature(unit, found, person, party="member", method=method, address=address)
    debt = (books.household(found.household_id), books.farm(found.offer.farm_id), found.total_cents)
    if found.total_cents:
        books.move(unit, N_("Contrat signé : %(name)s") % {"name": found.offer.name}, [debt], contract_id=found.id)
    unit.record(
        ContractSigned(
            contract_id=found.id, household_id=found.household_id, offer_id=found.offer_id, farm_id=found.offer.farm_id,
            household=found.household.name, offer=found.offer.name, total=found.total_cents,
        )
    )  # fmt: skip
    _confirm(unit, found)


def _insert_parts(unit: Unit, read: Reading) -> None:
    """The lines and instalments of the contract, many rows in two statements."""
    lines = [
        {"contract_id": read.contract.id, "offer_product_id": x.offer_product_id, "delivery_id": x.delivery_id,
         "quantity": x.quantity, "unit_cents": x.unit_cents}
        for x in read.quote.lines
    ]  # fmt: skip
    unit.execute(insert(ContractLine), lines)
    planned = [
        {"contract_id": read.contract.id, "position": position, "due_on": day, "cents": cents}
        for position, (day, cents) in enumerate(read.payments, start=1)
    ]
    if planned:
        unit.execute(insert(Instalment), planned)


def add_signature(unit: Unit, found: Contract, person: Person, *, party: str, method: str, address: str) -> Signature:
    """Record one party's signature, its hash covering the signature before."""
    query = select(Signature).where(Signature.contract_id == found.id).order_by(Signature.id.desc()).limit(1)
    before = unit.session.scalar(query)
    evidence = Evidence(
        contract_id=found.id, party=party, person_id=person.id, name=person.full_name, signed_at=unit.now,
        method=method, address=address[:45], text_hash=found.text_hash,
        previous=before.evidence_hash if before else "",
    )  # fmt: skip
    return unit.add(
        Signature(
            contract_id=found.id, party=party, person_id=person.id, name=evidence.name, signed_at=evidence.signed_at,
            method=method, address=evidence.address, text_hash=found.text_hash, evidence_hash=evidence.digest(),
        )
    )  # fmt: skip


@spoken(FRENCH)
def _confirm(unit: Unit, found: Contract) -> None:
    words = {"offer": found.offer.name, "total": format_euros(found.total_cents)}
    paragraphs = (
        _("Bonjour,"),
        _("Votre foyer a signé le contrat « %(offer)s » pour %(total)s.") % words,
        _("La ferme va le signer à son tour. Voici le texte signé : gardez ce message."),
        found.text,
    )
    subject = _("Votre contrat « %(offer)s »") % words
    for person in found.household.persons:
        if person.email and person.archived_at is None:
            mail.ask(unit, person.email, person.full_name, subject, "\n\n".join(paragraphs) + "\n")
