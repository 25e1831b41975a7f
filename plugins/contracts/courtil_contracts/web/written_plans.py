"""Writing payments in place of a proposed plan, before the signature."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from pydantic import ValidationError
from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import Response

from courtil.api import (
    AMENDABLE,
    SIGNED_IN,
    Contract,
    ContractState,
    Draft,
    Fragment,
    NotFound,
    Problem,
    Reader,
    Refused,
    Unit,
    View,
    _,
    attempt,
    draft_of,
    find_contract,
    format_euros,
    ngettext,
    page,
    path_int,
    plain_euros,
    redirect,
    render,
    texts,
    url_of,
)
from courtil_contracts.domain.plans import Plan, Proposal
from courtil_contracts.domain.prices import read_price
from courtil_contracts.services import written_plans as service
from courtil_contracts.services.plans import proposals
from courtil_contracts.services.written_plans import WRITTEN, WrittenPart, is_editable
from courtil_contracts.tables import WrittenPlan
from courtil_contracts.web.lines import DAY


@dataclass(frozen=True)
class Open:
    """A draft whose payments can be written, and the plan in place of which; `by_hand`: a coordinator enters a form."""

    contract: Contract
    proposal: Proposal
    by_hand: bool

    @property
    def free(self) -> bool:
        """Whether days may change too."""
        return self.proposal.way is not None and self.proposal.way.dates == "free"


def _draft(reader: Reader, found: Contract) -> tuple[Draft, bool]:
    """What is about to be signed, and whether somebody else enters it. Raises NotFound, Refused."""
    if reader.allows("self.subscribe", found):
        return draft_of(reader, found.id), False
    if reader.allows("contracts.write", found):
        return draft_of(reader, found.id, by_hand=True), True
    raise NotFound("contract")


def _open(request: Request, reader: Reader, key: str) -> Open:
    """The draft of the path and the plan of this key. Raises NotFound for one that may not be written."""
    found = find_contract(reader, path_int(request, "contract_id"))
    if found.state != ContractState.DRAFT or not found.offer.kind.startswith("contracts."):
        raise NotFound("draft")
    draft, by_hand = _draft(reader, found)
    for pair in proposals(draft, reader):
        if pair.plan.key == key and pair.plan.parts and (by_hand or is_editable(pair.way)):
            return Open(found, pair, by_hand)
    raise NotFound("plan")


Typed = Mapping[str, str]


def _shown(here: Open, row: WrittenPlan | None) -> dict[str, str]:
    """The fields as the plan, or what was written in its place, fills them."""
    parts = here.proposal.plan.parts
    payments = [WrittenPart(part.cents, part.due_on) for part in parts]
    if row is not None and row.plan == here.proposal.plan.key and len(row.cents) == len(parts):
        payments = service.payments_of(row)
    fields = {f"parts.{n}.cents": plain_euros(one.cents) for n, one in enumerate(payments)}
    days = [one.due_on or part.due_on for one, part in zip(payments, parts, strict=True)]
    fields |= {f"parts.{n}.due_on": f"{day:%Y-%m-%d}" for n, day in enumerate(days)}
    return fields | ({"printed": "1"} if row is not None and row.printed else {})


def _read(here: Open, typed: Typed) -> tuple[list[WrittenPart], list[Problem]]:
    """The payments that were typed, and what could not be read, each under its field."""
    found: list[WrittenPart] = []
    problems: list[Problem] = []
    for number in range(len(here.proposal.plan.parts)):
        cents, due_on = 0, None
        try:
            cents = read_price(typed.get(f"parts.{number}.cents", ""))
        except Refused as refused:
            problems += [Problem(one.message, f"parts.{number}.cents") for one in refused.problems]
        if here.free:
            due_on = _day(typed.get(f"parts.{number}.due_on", ""))
            if due_on is None:
                problems.append(Problem(_("Écrivez une date qui existe."), f"parts.{number}.due_on"))
        found.append(WrittenPart(cents, due_on))
    return found, problems


def _day(text: str) -> date | None:
    try:
        return DAY.validate_python(text.strip())
    except ValidationError:
        return None


def _page(request: Request, here: Open, typed: Typed, problems: list[Problem]) -> Response:
    (given, unread), way = _read(here, typed), here.proposal.way
    return render(
        request, "contracts/payments.html", 422 if problems else 200, page_title=_("Modifier les paiements"),
        contract=here.contract, plan=here.proposal.plan, free=here.free, typed=typed, problems=problems,
        errors={one.field: one.message for one in problems if one.field}, by_hand=here.by_hand,
        editable=is_editable(way), amounts=here.by_hand or (way is not None and way.editable),
        total=here.proposal.plan.cents, sum=None if unread else sum(one.cents for one in given),
    )  # fmt: skip


@page("/paiements/{contract_id:int}", needs=SIGNED_IN)
def contracts_payments(request: Request, reader: Reader) -> Response:
    """The payments of a plan, to be written otherwise."""
    here = _open(request, reader, request.query_params.get("plan", ""))
    row = service.row_of(reader, here.contract.offer_id, here.contract.household_id)
    return _page(request, here, _shown(here, row), [])


@page("/paiements/{contract_id:int}", needs=SIGNED_IN, writes=True)
def contracts_write_payments(request: Request, unit: Unit, data: FormData) -> Response:
    """Keep what was written, or say what is wrong with it; everything typed stays."""
    typed = texts(data)
    here = _open(request, unit, typed.get("plan", ""))
    given, problems = _read(here, typed)
    printed = here.by_hand and "printed" in typed
    problems = problems or attempt(
        unit, lambda: service.write(unit, here.contract, here.proposal, given, printed=printed)
    )
    if problems:
        return _page(request, _open(request, unit, typed.get("plan", "")), typed, problems)
    address = url_of(request, "subscribe_payment", contract_id=here.contract.id)
    return redirect(request, address, _("Les paiements sont enregistrés. Vous pouvez relire et signer."))


def of_payment(view: View) -> list[Fragment]:
    """Under the choice of payment: the plans that may be written otherwise, and what goes no more."""
    reader, found = view.reader, view.contract
    if not found.offer.kind.startswith("contracts."):
        return []
    try:
        draft, by_hand = _draft(reader, found)
    except (NotFound, Refused):
        return []
    proposed = proposals(draft, reader)
    kept = service.kept_plan(reader, draft, proposed)
    fallen = kept.says if kept is not None and kept.plan is None else ""
    links = [_link(one.plan) for one in proposed if one.plan.parts and (by_hand or is_editable(one.way))]
    context = {"links": links, "fallen": fallen, "contract": found}
    return [Fragment(template="contracts/_payments.html", context=context)] if links or fallen else []


def _link(plan: Plan) -> tuple[str, str]:
    """What it says, the key of the plan."""
    count = ngettext("%(n)s paiement", "%(n)s paiements", len(plan.parts))
    return _("Modifier : %(count)s") % {"count": count}, plan.key


def of_contract(view: View) -> list[Fragment]:
    """On a signed contract: the payments of a printed form that do not add up to it."""
    found, reader = view.contract, view.reader
    if found.plan != WRITTEN or found.state not in AMENDABLE or not _may_see(reader, found):
        return []
    row = reader.session.get(WrittenPlan, found.id)
    if row is None or not service.warning_of(row):
        return []
    context = {"says": service.warning_of(row), "amounts": [format_euros(cents) for cents in row.cents]}
    return [Fragment(template="contracts/_printed.html", context=context, order=10)]


def _may_see(reader: Reader, found: Contract) -> bool:
    return any(reader.allows(right, found) for right in ("self.read", "contracts.write", "payments.read"))
