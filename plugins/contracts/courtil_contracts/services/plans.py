"""Payment plans of offers with terms: what a household may choose from for what it is about to sign."""

from collections.abc import Sequence

from courtil.api import Draft, Offer, PaymentMethod, PaymentPart, PaymentPlan, Reader, _
from courtil_contracts.domain.plan_changes import by_payee, cheque_warnings
from courtil_contracts.domain.plans import Part, Plan, Proposal, nearest, offered
from courtil_contracts.domain.terms import Terms
from courtil_contracts.domain.turns import in_turns
from courtil_contracts.services.sharing import dues_of
from courtil_contracts.services.terms import terms_of
from courtil_contracts.services.written_plans import WRITTEN, kept_plan


def plans_of(draft: Draft, reader: Reader) -> list[PaymentPlan] | None:
    """The plans for this draft if it is signed today; None for an offer of another kind.

    Who joins so late that no number of payments fits is offered the most that do. Payments that somebody wrote for
    this household are one more plan, as long as they go with what it chose.
    """
    offer = reader.get(Offer, draft.offer_id)
    if not offer.kind.startswith("contracts."):
        return None
    found = proposals(draft, reader)
    cheques = PaymentMethod.CHEQUE in offer.methods
    plans = [_plan(plan, cheque_warnings(way, plan, reader.today) if cheques and way else ()) for plan, way in found]
    written = kept_plan(reader, draft, found)
    if written is not None and written.plan is not None:
        plans.append(_plan(written.plan.model_copy(update={"key": WRITTEN}), [written.says or _("Vos montants.")]))
    return plans


def proposals(draft: Draft, reader: Reader) -> list[Proposal]:
    """The plans that the terms propose for this draft if it is signed today."""
    terms = terms_of(reader, draft.offer_id)
    dues, charges = dues_of(reader, draft)
    if terms.turns and (dues or charges):
        return [Proposal(plan, None) for plan in in_turns(terms.turns, dues, charges, reader.today)]
    found = offered(terms.ways, dues, charges, reader.today)
    if not found:
        late = ((way, nearest(way, dues, charges, reader.today)) for way in terms.ways)
        found = [(way, plan) for way, plan in late if plan is not None][:1]
    return [Proposal(_shared(plan, terms), way) for way, plan in found]


def _shared(plan: Plan, terms: Terms) -> Plan:
    """The plan for all payees."""
    plans = by_payee(plan, terms.payees) if len(terms.payees) > 1 else [plan]
    parts: list[Part] = sorted((part for one in plans for part in one.parts), key=lambda part: part.due_on)
    return Plan(key=plan.key, parts=tuple(parts))


def _plan(plan: Plan, warnings: Sequence[str] = ()) -> PaymentPlan:
    parts = (PaymentPart(due_on=part.due_on, cents=part.cents, payee=part.payee) for part in plan.parts)
    return PaymentPlan(key=plan.key, parts=tuple(parts), says=" ".join(warnings))
