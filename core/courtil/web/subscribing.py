"""Subscribing in four steps: choose, pay, re-read, sign; for one's own household or, by hand, for another."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from pydantic import Field
from sqlalchemy import select
from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from courtil.documents import Document, Text, render_html
from courtil.domain.fields import FormModel, Required
from courtil.domain.money import format_euros
from courtil.domain.problems import NotFound, Problem, Refused
from courtil.domain.states import ContractState, PaymentMethod, label
from courtil.domain.words import FRENCH, N_, _, spoken
from courtil.plugin.payloads import ContractKind, PaymentPlan, Typed, Wanted
from courtil.services import access, contract_text, contracts, offers, subscribing
from courtil.services.kinds import kind_of
from courtil.services.limits import live_contract, window_problems
from courtil.services.subscribing import ACCOUNT, PAPER, Quote, Reading
from courtil.services.unit import Reader, Unit
from courtil.store.contracts import Contract
from courtil.store.offers import Offer
from courtil.store.people import Household, Person
from courtil.web.attempts import attempt
from courtil.web.flash import redirect
from courtil.web.forms import Choices, Form
from courtil.web.offers import help_page
from courtil.web.pages import SIGNED_IN, page
from courtil.web.render import render
from courtil.web.request import client_address, number, path_int, texts, url_of

STEPS = (N_("Choisir"), N_("Payer"), N_("Relire"), N_("Signer"))


class PaymentData(FormModel):
    """How the household pays."""

    plan: Required = Field(title=N_("En combien de fois ?"), json_schema_extra={"widget": "radio"})
    method: Required = Field(title=N_("Par quel moyen ?"), json_schema_extra={"widget": "radio"})


@dataclass(frozen=True)
class Buyer:
    """For which household one subscribes; `by_hand`: a coordinator does it on paper."""

    household: Household
    by_hand: bool


def buyer_of(reader: Reader, household_id: int | None, subject: Offer | Contract) -> Buyer:
    """One's own household, or another's with the right to enter contracts of this offer. Raises NotFound."""
    assert reader.actor is not None
    wanted = household_id or reader.actor.household_id
    if wanted is None:
        raise NotFound("household")
    mine = wanted == reader.actor.household_id and reader.allows("self.subscribe", subject)
    if not mine:
        access.require(reader, "contracts.write", subject)
    return Buyer(reader.get(Household, wanted), by_hand=not mine)


def _asked_household(text: object) -> int | None:
    if text in (None, ""):
        return None
    if (key := number(text)) is None:
        raise NotFound("household")
    return key


def _offer_for(request: Request, reader: Reader, text: object) -> tuple[Offer, Buyer]:
    found = offers.offer(reader, path_int(request, "offer_id"))
    return found, buyer_of(reader, _asked_household(text), found)


def _contract_for(request: Request, reader: Reader) -> tuple[Contract, Buyer]:
    found = contracts.contract(reader, path_int(request, "contract_id"))
    return found, buyer_of(reader, found.household_id, found)


@page("/contrats/{offer_id:int}/souscrire", needs=SIGNED_IN)
def subscribe(request: Request, reader: Reader) -> Response:
    """Step 1: products and quantities."""
    found, buyer = _offer_for(request, reader, request.query_params.get("foyer"))
    live = live_contract(reader, found.id, buyer.household.id)
    if live is not None and live.state != ContractState.DRAFT:
        return RedirectResponse(url_of(request, "contract", contract_id=live.id), status_code=303)
    choice = live.choice if live else {}
    try:
        kind = kind_of(reader, found)
    except Refused as refused:
        return _closed(request, found, buyer, refused.problems)
    asked = _asked(reader, found, buyer, choice) if choice else None
    return _grid(request, reader, (found, buyer), (kind, kind.fields(choice), choice), asked)


def _asked(reader: Reader, found: Offer, buyer: Buyer, choice: Mapping[str, Any]) -> Quote:
    return subscribing.quote(reader, found.id, choice, buyer.household.id, by_hand=buyer.by_hand)


def _closed(request: Request, found: Offer, buyer: Buyer, closed: Sequence[Problem]) -> Response:
    return render(
        request, "subscribing/choose.html", page_title=found.name, help_url=help_page(request, "souscrire"),
        steps=[_(step) for step in STEPS], offer=found, buyer=buyer, closed=closed,
    )  # fmt: skip


Answer = tuple[ContractKind, Mapping[str, str], Mapping[str, Any]]
"""The kind, what its form shows, and the choice that makes."""


def _grid(
    request: Request, reader: Reader, pair: tuple[Offer, Buyer], answer: Answer, asked: Quote | None, *,
    problems: tuple[Problem, ...] = (), status: int = 200,
) -> Response:  # fmt: skip
    (found, buyer), (kind, fields, choice) = pair, answer
    if closed := window_problems(reader, found, by_hand=buyer.by_hand):
        return _closed(request, found, buyer, closed)
    wanted = Wanted(offer_id=found.id, household_id=buyer.household.id, choice=choice, by_hand=buyer.by_hand)
    errors = {problem.field: problem.message for problem in problems if problem.field}
    return render(
        request, "subscribing/choose.html", status, page_title=found.name, help_url=help_page(request, "souscrire"),
        steps=[_(step) for step in STEPS], offer=found, buyer=buyer, kind=kind, typed=fields, quote=asked, closed=(),
        problems=problems, errors=errors, **kind.context(reader, wanted),
    )  # fmt: skip


def _typed(reader: Reader, found: Offer, data: FormData) -> tuple[ContractKind, dict[str, str], Typed]:
    """The kind, what was typed, and what that chooses."""
    kind = kind_of(reader, found)
    fields = texts(data)
    return kind, fields, kind.read(reader, found.id, fields)


@page("/contrats/{offer_id:int}/souscrire", needs=SIGNED_IN, writes=True)
def save_subscription(request: Request, unit: Unit, data: FormData) -> Response:
    """Compute the total, or keep the choice and go on to the payment."""
    found, buyer = _offer_for(request, unit, data.get("foyer"))
    kind, fields, typed = _typed(unit, found, data)
    answer = (kind, fields, typed.choice)
    if data.get("action") == "quote" and not typed.problems:
        asked = _asked(unit, found, buyer, typed.choice)
        return _grid(request, unit, (found, buyer), answer, asked, problems=asked.problems)
    made: list[Contract] = []

    def save() -> None:
        made.append(subscribing.save_draft(unit, found.id, buyer.household.id, typed.choice, by_hand=buyer.by_hand))

    problems = typed.problems or attempt(unit, save)
    if problems:
        found = offers.offer(unit, found.id)
        asked = _asked(unit, found, buyer, typed.choice)
        return _grid(request, unit, (found, buyer), answer, asked, problems=tuple(problems), status=422)
    return redirect(request, url_of(request, "subscribe_payment", contract_id=made[0].id))


@page("/contrats/{offer_id:int}/souscrire/total", needs=SIGNED_IN, posted=True)
def subscription_total(request: Request, reader: Reader, data: FormData) -> Response:
    """The total alone, while one types; everybody may at once, since it takes no lock."""
    found, buyer = _offer_for(request, reader, data.get("foyer"))
    _kind, _fields, typed = _typed(reader, found, data)
    asked = _asked(reader, found, buyer, typed.choice)
    shown = [problem for problem in (*typed.problems, *asked.problems) if problem.field]
    return render(request, "subscribing/choose.html", block="total", quote=asked, noticed=shown)


def _payment_form(read: Reading) -> Form[PaymentData]:
    found = read.contract
    choices: Choices = {
        "plan": [(plan.key, _payments(plan)) for plan in read.plans],
        "method": [(method, label(PaymentMethod(method))) for method in found.offer.methods],
    }
    return Form(PaymentData, {"plan": found.plan, "method": found.method}, choices)


def _payments(plan: PaymentPlan) -> str:
    """`3 fois : 2 × 34,00 € puis 32,00 €`."""
    if not plan.parts:
        return _("Rien à payer")
    runs = [(cents, len(list(same))) for cents, same in groupby(plan.parts, key=lambda part: part.cents)]
    words = [f"{number} × {format_euros(cents)}" if number > 1 else format_euros(cents) for cents, number in runs]
    told = _("%(count)s fois : %(amounts)s") % {"count": len(plan.parts), "amounts": _(" puis ").join(words)}
    return f"{told}. {plan.says}" if plan.says else told


def _payment_page(request: Request, found: Contract, buyer: Buyer, form: Form[PaymentData], status: int) -> Response:
    return render(
        request, "subscribing/pay.html", status, page_title=_("Comment payer ?"), contract=found, buyer=buyer,
        form=form, help_url=help_page(request, "souscrire"), steps=[_(step) for step in STEPS],
    )  # fmt: skip


@page("/contrat/{contract_id:int}/payer", needs=SIGNED_IN)
def subscribe_payment(request: Request, reader: Reader) -> Response:
    """Step 2: in how many payments, and how."""
    found, buyer = _contract_for(request, reader)
    if found.state != ContractState.DRAFT:
        return RedirectResponse(url_of(request, "contract", contract_id=found.id), status_code=303)
    return _payment_page(request, found, buyer, _payment_form(_reading(reader, found, buyer)), 200)


def _reading(reader: Reader, found: Contract, buyer: Buyer) -> Reading:
    return subscribing.reading(reader, found.id, by_hand=buyer.by_hand)


@page("/contrat/{contract_id:int}/payer", needs=SIGNED_IN, writes=True)
def save_payment(request: Request, unit: Unit, data: FormData) -> Response:
    """Keep the payment plan and go on to reading."""
    found, buyer = _contract_for(request, unit)
    if found.state != ContractState.DRAFT:
        return redirect(request, url_of(request, "contract", contract_id=found.id))
    form = _payment_form(_reading(unit, found, buyer))
    if form.apply(unit, data, lambda value: subscribing.choose_payment(unit, found.id, value.plan, value.method)):
        return redirect(request, url_of(request, "subscribe_review", contract_id=found.id))
    return _payment_page(request, contracts.contract(unit, found.id), buyer, form, 422)


@spoken(FRENCH)
def document_of(text: str) -> Document:
    """The text of a contract as a document."""
    (title, subtitle), sections = contract_text.parts(text)
    blocks = tuple(Text(heading=heading, paragraphs=tuple(rest)) for heading, rest in sections)
    return Document(title=title, subtitle=subtitle, blocks=blocks)


def _review(request: Request, read: Reading, buyer: Buyer, problems: list[Problem], status: int) -> Response:
    article = render_html(document_of(read.text)) if read.text else None
    return render(
        request, "subscribing/review.html", status, page_title=_("Relire et signer"), contract=read.contract, read=read,
        buyer=buyer, article=article, help_url=help_page(request, "souscrire"), steps=[_(step) for step in STEPS],
        problems=problems, persons=[one for one in read.contract.household.persons if one.archived_at is None],
    )  # fmt: skip


@page("/contrat/{contract_id:int}/relire", needs=SIGNED_IN)
def subscribe_review(request: Request, reader: Reader) -> Response:
    """Step 3: the whole text, then the button that signs it."""
    found, buyer = _contract_for(request, reader)
    if found.state != ContractState.DRAFT:
        return RedirectResponse(url_of(request, "contract", contract_id=found.id), status_code=303)
    read = _reading(reader, found, buyer)
    return _review(request, read, buyer, list(read.quote.problems), 200)


@page("/contrat/{contract_id:int}/signer", needs=SIGNED_IN, writes=True)
def sign_contract(request: Request, unit: Unit, data: FormData) -> Response:
    """Step 4: sign exactly what was shown."""
    found, buyer = _contract_for(request, unit)
    total = str(data.get("total", ""))
    problems = [] if data.get("read") else [Problem(_("Cochez la case quand vous avez relu le contrat."), "read")]
    if not problems:
        person, hash_ = _signer(unit, found, buyer, data), str(data.get("text_hash", ""))
        cents = int(total) if total.isdecimal() and len(total) < 12 else -1
        method = PAPER if buyer.by_hand else ACCOUNT
        address = client_address(request)
        problems = attempt(
            unit, lambda: subscribing.sign(unit, found.id, cents, hash_, person, address=address, method=method)
        )
    if not problems:
        message = _("Le contrat est signé. Vous le recevez par e-mail. La ferme le signe à son tour.")
        return redirect(request, url_of(request, "contract", contract_id=found.id), message)
    if contracts.contract(unit, found.id).state != ContractState.DRAFT:
        return redirect(request, url_of(request, "contract", contract_id=found.id), problems[0].message, kind="warning")
    return _review(request, _reading(unit, found, buyer), buyer, problems, 422)


def _signer(unit: Unit, found: Contract, buyer: Buyer, data: FormData) -> Person:
    assert unit.actor is not None
    if not buyer.by_hand:
        return unit.get(Person, unit.actor.person_id)
    text = str(data.get("person_id", ""))
    key = number(text) or 0
    return unit.one(select(Person).where(Person.id == key, Person.household_id == found.household_id))
