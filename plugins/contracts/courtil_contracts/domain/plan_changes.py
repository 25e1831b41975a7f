"""What becomes of a plan once chosen: the member's own amounts and days, several payees, cheques, printed forms."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta

from courtil.api import Cents, Problem, Refused, _, format_euros, long_day, ngettext, split
from courtil_contracts.domain.plans import Part, Plan, PlanTerms, valid_until

_TWELVE_MONTHS = timedelta(days=365)


def edited(terms: PlanTerms, plan: Plan, given: Sequence[Part], signed_on: date) -> Plan:
    """The plan with the amounts and days that the member wrote, by day.

    As many payments for each payee, the same sums, amounts only where `editable`, days only where `free`; the step is
    that of proposals, not hers. Where payments are ahead, hers are never later than the plan's. Raises Refused with
    all that is wrong, under `parts.0.cents`, `parts.0.due_on`, …, or `parts`.
    """
    problems = _structure(terms, plan, given)
    if not problems:
        problems = [*_each(terms, given, signed_on), *_sums(plan, given)]
    if not problems and terms.amounts == "ahead":
        problems = _behind(plan, given)
    if problems:
        raise Refused(*problems)
    return plan.model_copy(update={"parts": tuple(sorted(given, key=lambda part: part.due_on))})


def by_payee(plan: Plan, shares: Mapping[str, int]) -> list[Plan]:
    """One plan for each payee, on the same days, for their weights.

    What a payee gets is exact to the cent over the plan, and shared over its days as the plan is; a payment that comes
    to nothing is left out. The least of a payment is that of the plan, not of each payee. Raises ValueError without a
    positive weight.
    """
    sums = split(plan.cents, list(shares.values()))
    return [_of_payee(plan, payee, cents) for payee, cents in zip(shares, sums, strict=True) if cents]


def cheque_warnings(terms: PlanTerms, plan: Plan, written_on: date) -> list[str]:
    """What to know in French when all cheques are written that day: the last that can be cashed, or not any more."""
    if not terms.cheque_days or not plan.parts:
        return []
    last, valid = max(part.due_on for part in plan.parts), valid_until(terms, written_on)
    words = {"last": long_day(last), "valid": long_day(valid), "written": long_day(written_on)}
    if last > valid:
        return [
            _(
                "Un chèque écrit le %(written)s s’encaisse jusqu’au %(valid)s : celui du %(last)s ne vaudra plus rien. "
                "Choisissez une date plus proche, ou demandez ce chèque plus tard."
            )
            % words
        ]
    if last > written_on + _TWELVE_MONTHS:
        return [
            _(
                "Le dernier chèque s’encaisse le %(last)s, plus de douze mois après son écriture : "
                "il n’est valable que jusqu’au %(valid)s."
            )
            % words
        ]
    return []


def manual(plan: Plan, amounts: Sequence[int]) -> tuple[Plan, str]:
    """The plan with the amounts of a printed form, kept as printed, and what to say in French when they do not add up.

    Raises Refused when they are not as many as the payments, or not above zero.
    """
    if len(amounts) != len(plan.parts):
        raise Refused(_as_many(plan))
    if any(cents <= 0 for cents in amounts):
        raise Refused(_("Chaque paiement doit dépasser zéro."))
    parts = [part.model_copy(update={"cents": Cents(cents)}) for part, cents in zip(plan.parts, amounts, strict=True)]
    printed = plan.model_copy(update={"parts": tuple(parts)})
    return printed, sum_warning(printed.cents, plan.cents)


def sum_warning(printed: int, total: int) -> str:
    """What to say in French of payments that do not add up to the contract; empty when they do. Cents."""
    if printed == total:
        return ""
    message = _("Les montants écrits font %(printed)s, le contrat %(total)s : %(difference)s.")
    words = {"printed": format_euros(printed), "total": format_euros(total)}
    return message % (words | {"difference": _difference(printed - total)})


def carried(plan: Plan, amounts: Sequence[int]) -> tuple[Plan, str]:
    """The payments of a printed form as the books can carry them, and what `manual` says of the form.

    They add up: the last payment makes up for the difference. Raises Refused as `manual`, or when it cannot.
    """
    printed, warning = manual(plan, amounts)
    if not warning:
        return printed, ""
    *others, last = printed.parts
    cents = last.cents + plan.cents - printed.cents
    if cents <= 0:
        message = _("%(warning)s Le dernier paiement ne suffit pas pour le corriger : vérifiez les montants.")
        raise Refused(Problem(message % {"warning": warning}, "parts"))
    return printed.model_copy(update={"parts": (*others, last.model_copy(update={"cents": Cents(cents)}))}), warning


def _of_payee(plan: Plan, payee: str, cents: Cents) -> Plan:
    shares = zip(plan.parts, split(cents, [part.cents for part in plan.parts]), strict=True)
    parts = tuple(Part(due_on=part.due_on, cents=share, payee=payee) for part, share in shares if share)
    return Plan(key=plan.key, parts=parts)


def _structure(terms: PlanTerms, plan: Plan, given: Sequence[Part]) -> list[Problem]:
    """What may not change at all."""
    if len(given) != len(plan.parts):
        return [Problem(_as_many(plan), "parts")]
    payees, theirs = (Counter(part.payee for part in parts) for parts in (plan.parts, given))
    if payees != theirs:
        payee = min(payees - theirs)
        message = _("Gardez au moins un paiement à l’ordre de %(payee)s.")
        if payee in theirs or not payee:
            message = _("Gardez autant de paiements à l’ordre de chacun.")
        return [Problem(message % {"payee": payee}, "parts")]
    problems = []
    if terms.dates != "free" and _days(plan.parts) != _days(given):
        problems.append(Problem(_("Les dates sont celles du contrat vierge : elles ne se changent pas."), "parts"))
    if not terms.editable and _amounts(plan.parts) != _amounts(given):
        problems.append(Problem(_("Les montants sont ceux du contrat vierge : ils ne se changent pas."), "parts"))
    return problems


def _days(parts: Iterable[Part]) -> Counter[tuple[str, date]]:
    return Counter((part.payee, part.due_on) for part in parts)


def _amounts(parts: Iterable[Part]) -> Counter[tuple[str, int]]:
    return Counter((part.payee, part.cents) for part in parts)


def _each(terms: PlanTerms, given: Sequence[Part], signed_on: date) -> list[Problem]:
    """What is wrong with each payment by itself."""
    problems = []
    valid = valid_until(terms, signed_on)
    least = terms.smallest if len(given) > 1 else 1
    for number, part in enumerate(given):
        words = {"day": long_day(part.due_on), "signed": long_day(signed_on), "least": format_euros(least)}
        if part.cents <= 0:
            problems.append(Problem(_("Chaque paiement doit dépasser zéro."), f"parts.{number}.cents"))
        elif part.cents < least:
            problems.append(Problem(_("Un paiement fait au moins %(least)s.") % words, f"parts.{number}.cents"))
        if part.due_on < signed_on:
            message = _("Le %(day)s est passé : choisissez le %(signed)s ou plus tard.")
            problems.append(Problem(message % words, f"parts.{number}.due_on"))
        elif part.due_on > valid:
            message = _("Un chèque écrit aujourd’hui s’encaisse jusqu’au %(valid)s : choisissez une date plus proche.")
            problems.append(Problem(message % {"valid": long_day(valid)}, f"parts.{number}.due_on"))
    return problems


def _sums(plan: Plan, given: Sequence[Part]) -> list[Problem]:
    """Where the sum for a payee is not that of the plan."""
    problems = []
    for payee in dict.fromkeys(part.payee for part in plan.parts):
        total, sum_given = (_paid(part for part in parts if part.payee == payee) for parts in (plan.parts, given))
        words = {"payee": payee, "total": format_euros(total), "difference": _difference(sum_given - total)}
        if sum_given != total:
            message = _("Les paiements font %(total)s en tout : %(difference)s.")
            if payee:
                message = _("Les paiements à l’ordre de %(payee)s font %(total)s en tout : %(difference)s.")
            problems.append(Problem(message % words, "parts"))
    return problems


def _behind(plan: Plan, given: Sequence[Part]) -> list[Problem]:
    """The first day on which less is paid than the plan asks for."""
    for day in sorted({part.due_on for part in plan.parts}):
        asked, paid = (_paid(part for part in parts if part.due_on <= day) for parts in (plan.parts, given))
        if paid < asked:
            message = _("Les livraisons se paient d’avance : au %(day)s, il faut %(asked)s ; %(difference)s.")
            words = {"day": long_day(day), "asked": format_euros(asked), "difference": _difference(paid - asked)}
            return [Problem(message % words, "parts")]
    return []


def _paid(parts: Iterable[Part]) -> int:
    return sum(part.cents for part in parts)


def _difference(cents: int) -> str:
    message = _("il y a %(cents)s de trop") if cents > 0 else _("il manque %(cents)s")
    return message % {"cents": format_euros(abs(cents))}


def _as_many(plan: Plan) -> str:
    return ngettext(
        "Cet échéancier compte %(n)s paiement : gardez-le.",
        "Cet échéancier compte %(n)s paiements : gardez-en autant.",
        len(plan.parts),
    )
