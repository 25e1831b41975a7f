"""Payment plans that a household may choose from: those of a plugin, else the counts that the offer proposes."""

from collections.abc import Sequence

from courtil.domain.calendar import due_dates
from courtil.domain.money import Cents, instalments
from courtil.plugin.payloads import Draft, PaymentPart, PaymentPlan
from courtil.services.unit import Reader
from courtil.store.offers import Offer


def possible_counts(counts: Sequence[int], step: int, total: int) -> list[int]:
    """The numbers of payments that this total can be split into with this step; free contracts are one of zero."""
    if total == 0:
        return [min(counts)] if counts else []
    return [count for count in counts if total // step >= count and instalments(Cents(total), count, step)]


def proposed_plans(reader: Reader, offer: Offer, draft: Draft) -> list[PaymentPlan]:
    """The plans for this draft if it is signed today; none when its total cannot be paid as the offer wants.

    Raises ValueError for a plan of a plugin whose parts do not add up.
    """
    found = reader.hooks.payment_plans(draft, reader)
    if found is None:
        counts = possible_counts(offer.instalment_counts, offer.instalment_step, draft.total)
        return [_plan(reader, offer, draft, count) for count in counts]
    for plan in found:
        if sum(part.cents for part in plan.parts) != draft.total:
            raise ValueError(f"plan {plan.key} does not add up to {draft.total}")
    return found


def _plan(reader: Reader, offer: Offer, draft: Draft, count: int) -> PaymentPlan:
    """The first on signing, the others monthly; nothing to pay for a free contract."""
    if not draft.total:
        return PaymentPlan(key=str(count), parts=())
    days = due_dates([line.day for line in draft.lines] or [reader.today], count, reader.today)
    amounts = instalments(draft.total, count, offer.instalment_step)
    parts = (PaymentPart(due_on=day, cents=cents) for day, cents in zip(days, amounts, strict=True))
    return PaymentPlan(key=str(count), parts=tuple(parts))
