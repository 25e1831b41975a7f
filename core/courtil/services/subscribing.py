"""Subscribing: what a choice costs, keeping it, choosing how to pay, and the household's signature."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, cast

from sqlalchemy import insert, select

from courtil.domain import contracts as choosing
from courtil.domain.contracts import Charge, Evidence, Line, fingerprint
from courtil.domain.events import ContractSigned
from courtil.domain.money import Cents, format_euros
from courtil.domain.problems import NotFound, Problem, Refused
from courtil.domain.states import BINDING, ContractState, PaymentMethod
from courtil.domain.words import FRENCH, N_, _, spoken
from courtil.plugin.payloads import Draft, PaymentPart, PaymentPlan, Wanted
from courtil.plugin.payloads import Reader as PluginReader
from courtil.plugin.payloads import Unit as PluginUnit
from courtil.services import books, contract_text, contracts, mail
from courtil.services.kinds import kind_of
from courtil.services.limits import live_contract, wanted_problems, window_problems
from courtil.services.offers import proposed
from courtil.services.plans import proposed_plans
from courtil.services.settings import amap_settings
from courtil.services.unit import Reader, Unit
from courtil.store.contracts import Contract, ContractCharge, ContractLine, Instalment, Signature
from courtil.store.offers import Offer
from courtil.store.people import Person

ACCOUNT, PAPER = "account", "paper"
"""How a household signs: with its own account, or on paper that a coordinator enters."""


@dataclass(frozen=True)
class Quote:
    """What a choice makes, what its contract says of it, and why it cannot be signed."""

    lines: tuple[Line, ...]
    charges: tuple[Charge, ...] = ()
    problems: tuple[Problem, ...] = ()
    clauses: tuple[str, ...] = ()

    @property
    def total(self) -> Cents:
        """The price of all lines and charges."""
        return choosing.total(self.lines, self.charges)

    @property
    def days(self) -> dict[date, Cents]:
        """What each day costs."""
        return choosing.by_day(self.lines)


def quote(
    reader: Reader, offer_id: int, choice: Mapping[str, Any], household_id: int, *, by_hand: bool = False
) -> Quote:
    """What this choice makes on the dates to come, and every reason against it; writes nothing.

    `choice` is what the offer's kind of contract reads; `by_hand`: a coordinator enters a paper form, which may come
    after the closing day. Raises Refused when the kind's plugin is switched off.
    """
    offer = proposed(reader, offer_id)
    wanted = Wanted(offer_id=offer_id, household_id=household_id, choice=choice, by_hand=by_hand)
    costing = kind_of(reader, offer).cost(reader, wanted)
    cells = {(line.offer_product_id, line.delivery_id): line.quantity for line in costing.lines}
    problems = [
        *window_problems(reader, offer, by_hand=by_hand),
        *costing.problems,
        *wanted_problems(reader, offer, household_id, cells),
    ]
    if not problems and choosing.total(costing.lines, costing.charges) < 0:
        problems.append(Problem(_("Le total de ce choix est négatif : rien ne peut être signé ainsi.")))
    return Quote(costing.lines, costing.charges, tuple(problems), costing.clauses)


def save_draft(
    unit: PluginUnit, offer_id: int, household_id: int, choice: Mapping[str, Any], *, by_hand: bool = False
) -> Contract:
    """Keep a choice that could be signed now. Raises Refused with every reason why it could not."""
    unit = cast("Unit", unit)  # every unit is one of ours
    offer = unit.locked(Offer, offer_id)
    asked = quote(unit, offer_id, choice, household_id, by_hand=by_hand)
    if asked.problems:
        raise Refused(*asked.problems)
    found = live_contract(unit, offer_id, household_id)
    if found is None:
        found = unit.add(Contract(offer_id=offer_id, household_id=household_id, created_at=unit.now))
        found.method = PaymentMethod(offer.methods[0])
    found.choice, found.total_cents = dict(choice), asked.total
    keys = [plan.key for plan in proposed_plans(unit, offer, _draft(found, offer, asked))]
    if found.plan not in keys:
        found.plan = keys[0] if keys else found.plan
    unit.session.flush()
    return found


def _draft(found: Contract, offer: Offer, asked: Quote) -> Draft:
    return Draft(
        household_id=found.household_id, offer_id=offer.id, farm_id=offer.farm_id, total=asked.total,
        lines=asked.lines, charges=asked.charges,
    )  # fmt: skip


def draft_of(reader: PluginReader, contract_id: int, *, by_hand: bool = False) -> Draft:
    """What a household is about to sign, as plugins see it. Raises NotFound; Refused once it is signed or cancelled."""
    ours = cast("Reader", reader)  # every reader is one of ours
    found = contracts.contract(ours, contract_id)
    _still_draft(found)
    return _draft(found, found.offer, quote(ours, found.offer_id, found.choice, found.household_id, by_hand=by_hand))


def choose_payment(writing: PluginUnit, contract_id: int, plan: str, method: str) -> Contract:
    """Decide by which plan and how to pay. Raises Refused for what the offer does not propose."""
    unit = cast("Unit", writing)
    found = unit.get(Contract, contract_id)
    offer = unit.locked(Offer, found.offer_id)
    unit.session.refresh(found, ["state"])
    if plan not in {one.key for one in reading(unit, contract_id, by_hand=True).plans}:
        raise Refused(Problem(_("Choisissez un des nombres de paiements proposés."), "plan"))
    if method not in offer.methods:
        raise Refused(Problem(_("Choisissez un des moyens de paiement proposés."), "method"))
    found.plan, found.method = plan, PaymentMethod(method)
    unit.session.flush()
    return found


@dataclass(frozen=True)
class Reading:
    """A draft as it is re-read: the quote of today, the plans it may be paid by, the whole text."""

    contract: Contract
    quote: Quote
    plans: tuple[PaymentPlan, ...]
    text: str

    @property
    def payments(self) -> tuple[PaymentPart, ...]:
        """The payments of the plan that was chosen."""
        return next((plan.parts for plan in self.plans if plan.key == self.contract.plan), ())

    @property
    def text_hash(self) -> str:
        """SHA-256 of the text: what the household sends back with its signature."""
        return fingerprint(self.text)


def reading(reader: Reader, contract_id: int, *, by_hand: bool = False) -> Reading:
    """The draft as it would be signed now, with what stands against it."""
    return _read(reader, contracts.contract(reader, contract_id), by_hand=by_hand)


def _read(reader: Reader, found: Contract, *, by_hand: bool) -> Reading:
    _still_draft(found)
    asked = quote(reader, found.offer_id, found.choice, found.household_id, by_hand=by_hand)
    plans = tuple(proposed_plans(reader, found.offer, _draft(found, found.offer, asked)))
    problems = asked.problems
    if found.plan not in {plan.key for plan in plans}:
        problems = (*problems, Problem(_("Le prix a changé : choisissez de nouveau comment payer.")))
    asked = Quote(asked.lines, asked.charges, problems, asked.clauses)
    read = Reading(found, asked, plans, "")
    if not (asked.lines or asked.charges):
        return read
    facts = contract_text.Facts(
        found, amap_settings(reader), asked.lines, read.payments, charges=asked.charges, clauses=asked.clauses
    )
    return Reading(found, asked, plans, contract_text.write(facts, contract_text.articles_of(reader, found.offer_id)))


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
    # whoever reads on sees what was written
    unit.session.expire(read.contract, ["lines", "charges", "instalments", "signatures"])
    return read.contract


def _still_draft(found: Contract) -> None:
    if found.state == ContractState.DRAFT:
        return
    if found.state in BINDING:
        raise Refused(_("Ce contrat est déjà signé. Retrouvez-le dans « Mes contrats »."))
    raise Refused(_("Ce contrat est annulé. Choisissez de nouveau vos produits."))


def _plugin_problems(reader: Reader, read: Reading) -> list[Problem]:
    draft = _draft(read.contract, read.contract.offer, read.quote)
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
    """The lines, charges and instalments of the contract, many rows in three statements."""
    lines = [
        {"contract_id": read.contract.id, "offer_product_id": x.offer_product_id, "delivery_id": x.delivery_id,
         "quantity": x.quantity, "unit_cents": x.unit_cents}
        for x in read.quote.lines
    ]  # fmt: skip
    charges = [{"contract_id": read.contract.id, "label": x.label, "cents": x.cents} for x in read.quote.charges]
    planned = [
        {"contract_id": read.contract.id, "position": position, **part.model_dump()}
        for position, part in enumerate(read.payments, start=1)
    ]
    for table, rows in ((ContractLine, lines), (ContractCharge, charges), (Instalment, planned)):
        if rows:
            unit.execute(insert(table), rows)


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
