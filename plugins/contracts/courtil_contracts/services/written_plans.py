"""Payments that a household writes in place of a proposed plan, and those of a printed form that do not add up."""

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from sqlalchemy import select

from courtil.api import (
    BINDING,
    Cents,
    Contract,
    ContractState,
    Draft,
    Household,
    Offer,
    Reader,
    Refused,
    Unit,
    _,
    choose_payment,
    format_euros,
)
from courtil_contracts.domain.plan_changes import carried, edited, sum_warning
from courtil_contracts.domain.plans import Part, Plan, PlanTerms, Proposal
from courtil_contracts.tables import WrittenPlan

WRITTEN = "written"
"""The key of the plan that somebody wrote."""


class WrittenPart(NamedTuple):
    """One payment as it was written, in the order of the plan's; the day only where it may change."""

    cents: int
    due_on: date | None = None


class Kept(NamedTuple):
    """What was written: the plan that makes, or why it goes no more with what is chosen; what is said with it."""

    plan: Plan | None
    says: str = ""


def is_editable(way: PlanTerms | None) -> bool:
    """Whether a household may change amounts or days of a plan of these terms."""
    return way is not None and (way.editable or way.dates == "free")


def written(proposal: Proposal, given: Sequence[WrittenPart], today: date, *, printed: bool) -> tuple[Plan, str]:
    """The plan that these payments make of a proposed one, and what to say with it. Raises Refused, under `parts.0`…"""
    plan, way = proposal
    if printed:
        return carried(plan, [one.cents for one in given])
    if way is None or not is_editable(way):
        raise Refused(_("Ces paiements sont ceux du contrat vierge : ils ne se changent pas."))
    if len(given) != len(plan.parts):
        return edited(way, plan, (), today), ""
    parts = [
        Part(due_on=one.due_on or part.due_on, cents=Cents(one.cents), payee=part.payee)
        for one, part in zip(given, plan.parts, strict=True)
    ]
    return edited(way, plan, parts, today), ""


def row_of(reader: Reader, offer_id: int, household_id: int) -> WrittenPlan | None:
    """What was written for the draft of a household."""
    mine = (Contract.offer_id == offer_id, Contract.household_id == household_id)
    query = select(WrittenPlan).join(Contract, Contract.id == WrittenPlan.contract_id).where(*mine)
    return reader.session.scalar(query.where(Contract.state == ContractState.DRAFT).limit(1))


def kept_plan(reader: Reader, draft: Draft, proposed: Sequence[Proposal]) -> Kept | None:
    """What was written for this draft; None when nothing was, `plan` None when it goes no more with the choice."""
    row = row_of(reader, draft.offer_id, draft.household_id)
    if row is None:
        return None
    proposal = next((one for one in proposed if one.plan.key == row.plan), None)
    if proposal is None or draft.total != row.total_cents:
        words = {"before": format_euros(row.total_cents), "now": format_euros(draft.total)}
        message = _("Votre choix coûte maintenant %(now)s : les paiements écrits pour %(before)s ne valent plus.")
        return Kept(None, message % words)
    try:
        plan, says = written(proposal, payments_of(row), reader.today, printed=row.printed)
    except Refused as refused:
        return Kept(None, _("Les paiements écrits ne vont plus : %(why)s") % {"why": str(refused)})
    return Kept(plan, says)


def payments_of(row: WrittenPlan) -> list[WrittenPart]:
    """The payments as they were written."""
    days = [date.fromisoformat(day) if day else None for day in row.days]
    return [WrittenPart(cents, day) for cents, day in zip(row.cents, days, strict=True)]


def write(
    unit: Unit, found: Contract, proposal: Proposal, given: Sequence[WrittenPart], *, printed: bool = False
) -> WrittenPlan:
    """Keep these payments in place of a proposed plan, and choose them. Raises Refused with what is wrong.

    `printed`: amounts of a paper form, as they are; the caller checks that a coordinator enters it by hand.
    """
    unit.locked(Offer, found.offer_id)
    plan, _says = written(proposal, given, unit.today, printed=printed)
    values = {
        "plan": proposal.plan.key, "total_cents": plan.cents, "printed": printed, "cents": [one.cents for one in given],
        "days": [one.due_on.isoformat() if one.due_on else "" for one in given],
        "by_person_id": unit.actor.person_id if unit.actor else None, "at": unit.now,
    }  # fmt: skip
    row = unit.session.get(WrittenPlan, found.id)
    if row is None:
        row = unit.add(WrittenPlan(contract_id=found.id, **values))
    for name, value in values.items():
        setattr(row, name, value)
    unit.session.flush()
    choose_payment(unit, found.id, WRITTEN, found.method)
    return row


def printed_warnings(reader: Reader, offer_id: int) -> list[tuple[str, str]]:
    """The households whose signed contracts keep payments of a printed form that do not add up, with what to say."""
    query = select(Household.name, WrittenPlan).join(Contract, Contract.id == WrittenPlan.contract_id)
    query = query.join(Household, Household.id == Contract.household_id)
    query = query.where(Contract.offer_id == offer_id, Contract.state.in_(BINDING), Contract.plan == WRITTEN)
    rows = reader.rows(query.where(WrittenPlan.printed).order_by(Household.name, WrittenPlan.contract_id))
    return [(name, says) for name, row in rows if (says := warning_of(row))]


def warning_of(row: WrittenPlan) -> str:
    """What to say of printed payments that do not add up to what was signed; empty when they do."""
    return sum_warning(sum(row.cents), row.total_cents) if row.printed else ""
