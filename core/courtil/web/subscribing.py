"""Subscribing in four steps: choose, pay, re-read, sign; for one's own household or, by hand, for another."""

from dataclasses import dataclass
from typing import Annotated

from annotated_types import Ge, Le
from pydantic import Field, TypeAdapter, ValidationError
from sqlalchemy import select
from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from courtil.documents import Document, Text, render_html
from courtil.domain.contracts import MOST_BASKETS, Choice
from courtil.domain.fields import FormModel, Required, Whole
from courtil.domain.money import Cents, format_euros, instalments
from courtil.domain.problems import NotFound, Problem
from courtil.domain.states import ContractState, PaymentMethod, label
from courtil.domain.words import FRENCH, N_, _, spoken
from courtil.services import access, contract_text, contracts, offers, subscribing
from courtil.services.availability import matrix
from courtil.services.limits import live_contract, window_problems
from courtil.services.offer_life import possible_counts
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
from courtil.web.request import client_address, number, path_int, url_of

STEPS = (N_("Choisir"), N_("Payer"), N_("Relire"), N_("Signer"))
QUANTITY: TypeAdapter[int] = TypeAdapter(Annotated[Whole, Ge(0), Le(MOST_BASKETS)])


class PaymentData(FormModel):
    """How the household pays."""

    count: Whole = Field(title=N_("En combien de fois ?"), json_schema_extra={"widget": "radio"})
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
    choice = Choice.of(live.choice) if live else Choice()
    typed = {key: str(quantity) for key, quantity in choice.chosen.items()}
    asked = subscribing.quote(reader, found.id, choice, buyer.household.id, by_hand=buyer.by_hand) if typed else None
    return _grid(request, reader, (found, buyer), typed, asked)


def _grid(
    request: Request, reader: Reader, pair: tuple[Offer, Buyer], typed: dict[int, str], asked: Quote | None, *,
    problems: tuple[Problem, ...] = (), status: int = 200,
) -> Response:  # fmt: skip
    found, buyer = pair
    days: dict[int, list[object]] = {}
    for cell in matrix(reader, found.id):
        if cell.day > reader.today:
            days.setdefault(cell.offer_product_id, []).append(cell.day)
    closed = window_problems(reader, found, by_hand=buyer.by_hand)
    errors = {problem.field: problem.message for problem in problems if problem.field}
    return render(
        request, "subscribing/choose.html", status, page_title=found.name, help_url=help_page(request, "souscrire"),
        steps=[_(step) for step in STEPS], offer=found, buyer=buyer, days=days, typed=typed, quote=asked, closed=closed,
        problems=[] if closed else problems, errors=errors, most=MOST_BASKETS,
    )  # fmt: skip


def _typed_choice(found: Offer, data: FormData) -> tuple[dict[int, str], Choice, list[Problem]]:
    """What was typed, the choice it makes, and what could not be read."""
    typed, chosen, problems = {}, {}, []
    for product in found.products:
        name = f"product-{product.id}"
        text = str(data.get(name) or "").strip()
        typed[product.id] = text
        try:
            chosen[product.id] = QUANTITY.validate_python(text or "0")
        except ValidationError:
            problems.append(Problem(_("Écrivez un nombre entier, de 0 à 99."), name))
    return typed, Choice(quantities=chosen), problems


@page("/contrats/{offer_id:int}/souscrire", needs=SIGNED_IN, writes=True)
def save_subscription(request: Request, unit: Unit, data: FormData) -> Response:
    """Compute the total, or keep the choice and go on to the payment."""
    found, buyer = _offer_for(request, unit, data.get("foyer"))
    typed, choice, problems = _typed_choice(found, data)
    if data.get("action") == "quote" and not problems:
        asked = subscribing.quote(unit, found.id, choice, buyer.household.id, by_hand=buyer.by_hand)
        return _grid(request, unit, (found, buyer), typed, asked, problems=asked.problems)
    made: list[Contract] = []

    def save() -> None:
        made.append(subscribing.save_draft(unit, found.id, buyer.household.id, choice, by_hand=buyer.by_hand))

    problems = problems or attempt(unit, save)
    if problems:
        found = offers.offer(unit, found.id)
        asked = subscribing.quote(unit, found.id, choice, buyer.household.id, by_hand=buyer.by_hand)
        return _grid(request, unit, (found, buyer), typed, asked, problems=tuple(problems), status=422)
    return redirect(request, url_of(request, "subscribe_payment", contract_id=made[0].id))


@page("/contrats/{offer_id:int}/souscrire/total", needs=SIGNED_IN, posted=True)
def subscription_total(request: Request, reader: Reader, data: FormData) -> Response:
    """The total alone, while one types; everybody may at once, since it takes no lock."""
    found, buyer = _offer_for(request, reader, data.get("foyer"))
    _typed, choice, problems = _typed_choice(found, data)
    asked = subscribing.quote(reader, found.id, choice, buyer.household.id, by_hand=buyer.by_hand)
    shown = [problem for problem in (*problems, *asked.problems) if problem.field]
    return render(request, "subscribing/choose.html", block="total", quote=asked, noticed=shown)


def _payment_form(found: Contract) -> Form[PaymentData]:
    offer = found.offer
    counts = possible_counts(offer.instalment_counts, offer.instalment_step, found.total_cents)
    choices: Choices = {
        "count": [(count, _payments(found.total_cents, count, offer.instalment_step)) for count in counts],
        "method": [(method, label(PaymentMethod(method))) for method in offer.methods],
    }
    return Form(PaymentData, {"count": found.instalment_count, "method": found.method}, choices)


def _payments(total: int, count: int, step: int) -> str:
    """`3 fois : 2 × 34,00 € puis 32,00 €`."""
    if not total:
        return _("Rien à payer")
    parts = instalments(Cents(total), count, step)
    each = {format_euros(cents): parts.count(cents) for cents in parts}
    words = [f"{number} × {cents}" if number > 1 else cents for cents, number in each.items()]
    return _("%(count)s fois : %(amounts)s") % {"count": count, "amounts": _(" puis ").join(words)}


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
    return _payment_page(request, found, buyer, _payment_form(found), 200)


@page("/contrat/{contract_id:int}/payer", needs=SIGNED_IN, writes=True)
def save_payment(request: Request, unit: Unit, data: FormData) -> Response:
    """Keep the payment plan and go on to reading."""
    found, buyer = _contract_for(request, unit)
    form = _payment_form(found)
    if form.apply(unit, data, lambda value: subscribing.choose_payment(unit, found.id, value.count, value.method)):
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
    read = subscribing.reading(reader, found.id, by_hand=buyer.by_hand)
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
    return _review(request, subscribing.reading(unit, found.id, by_hand=buyer.by_hand), buyer, problems, 422)


def _signer(unit: Unit, found: Contract, buyer: Buyer, data: FormData) -> Person:
    assert unit.actor is not None
    if not buyer.by_hand:
        return unit.get(Person, unit.actor.person_id)
    text = str(data.get("person_id", ""))
    key = number(text) or 0
    return unit.one(select(Person).where(Person.id == key, Person.household_id == found.household_id))
