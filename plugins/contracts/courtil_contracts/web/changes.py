"""Changing a delivery of a signed contract: the dates, what may change, what it makes, doing it, and the way back."""

from collections.abc import Callable, Mapping

from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import Response

from courtil.api import (
    MOST_BASKETS,
    SIGNED_IN,
    Contract,
    NotFound,
    Problem,
    Reader,
    Refused,
    Unit,
    _,
    attempt,
    find_contract,
    number,
    page,
    path_int,
    read_quantity,
    redirect,
    render,
    texts,
)
from courtil_contracts.domain import changes as rules
from courtil_contracts.domain import exchanges, quantities
from courtil_contracts.domain.changes import Situation, short
from courtil_contracts.services import changes, handovers
from courtil_contracts.services.changes import Wish
from courtil_contracts.services.situations import situation
from courtil_contracts.tables import ChangeState, ContractChange
from courtil_contracts.web.answers import done
from courtil_contracts.web.change_words import DONE, ICONS, LABELS, MONEY, effects, made_of, rule_words

ROOT = "/x/contracts/changer"
LONGEST_NOTE = 500
COUNTED = ("quantity", "exchange")
"""Changes for which one writes quantities."""


def _found(request: Request, reader: Reader) -> tuple[Contract, bool]:
    """The contract, and whether somebody else than its household writes for it. Raises NotFound."""
    found = find_contract(reader, path_int(request, "contract_id"))
    if reader.allows("self.subscribe", found):
        return found, False
    if reader.allows("contracts.write", found):
        return found, True
    raise NotFound("contract")


def _open(request: Request, reader: Reader) -> tuple[Contract, Situation]:
    """The contract and how it stands. Raises NotFound where the terms allow nothing."""
    found, by_hand = _found(request, reader)
    here = situation(reader, found, by_hand=by_hand)
    if not here.terms.changes:
        raise NotFound("changes")
    return found, here


@page("/changer/{contract_id:int}", needs=SIGNED_IN)
def contracts_changes(request: Request, reader: Reader) -> Response:
    """The deliveries to come, and what was changed already."""
    found, here = _open(request, reader)
    days = changes.possible(reader, found, by_hand=here.by_hand)
    return render(
        request, "contracts/changes.html", page_title=_("Changer une livraison"), contract=found, days=days,
        rules=[(_(LABELS[one.kind]), rule_words(here, one)) for one in here.terms.changes],
        made=made_of(reader, found, here),
    )  # fmt: skip


@page("/changer/{contract_id:int}/date/{delivery_id:int}", needs=SIGNED_IN)
def contracts_day(request: Request, reader: Reader) -> Response:
    """One delivery: each change with what it costs, or why it is not possible."""
    found, here = _open(request, reader)
    delivery_id = path_int(request, "delivery_id")
    days = {one.delivery_id: one for one in changes.possible(reader, found, by_hand=here.by_hand)}
    day = days.get(delivery_id)
    if day is None:
        raise NotFound("delivery")
    choices = [
        {
            "kind": one.kind, "icon": ICONS[one.kind], "label": _(LABELS[one.kind]), "says": rule_words(here, one),
            "why_not": day.why_not[one.kind],
        }
        for one in here.terms.changes
    ]  # fmt: skip
    return render(
        request, "contracts/change_day.html", page_title=short(day.day).capitalize(), contract=found, day=day,
        choices=choices,
    )  # fmt: skip


Typed = Mapping[str, str]


def _wish(reader: Reader, found: Contract, kind: str, typed: Typed) -> Wish:
    """What was typed as a wish. Raises Refused for what cannot be read, NotFound without a delivery."""
    delivery_id = number(typed.get("delivery"))
    if delivery_id is None or kind not in LABELS:
        raise NotFound("delivery")
    numbers: dict[int, int] = {}
    problems: list[Problem] = []
    for name in typed if kind in COUNTED else ():
        key = number(name.removeprefix("q-"))
        if name.startswith("q-") and key is not None:
            numbers[key] = read_quantity(typed, name, problems)
    if problems:
        raise Refused(*problems)
    taker = None
    if kind == "handover":
        taker = handovers.household_named(reader, typed.get("to", ""), found.household_id).id
    target = number(typed.get("target")) if kind in ("report", "handover") else None
    note = " ".join(typed.get("note", "").split())[:LONGEST_NOTE]
    return Wish(kind, delivery_id, target, taker, numbers, note)


def _form_page(request: Request, reader: Reader, typed: Typed, problems: tuple[Problem, ...] = ()) -> Response:
    """What is to be chosen, and once it is, what it makes with the button that does it."""
    found, here = _open(request, reader)
    kind, delivery_id = request.path_params["kind"], number(typed.get("delivery"))
    day = here.day_of(delivery_id or 0)
    if kind not in LABELS or day is None or delivery_id is None or rules.bounds(here, kind) is None:
        raise NotFound("change")
    why_not = rules.why_not(here, kind, delivery_id)
    seen = None
    if not problems and not why_not and _is_chosen(kind, typed):
        try:
            wish = _wish(reader, found, kind, typed)
            seen = changes.preview(reader, found, wish, by_hand=here.by_hand)
            if kind == "handover":
                handovers.check(reader, found, wish)
        except Refused as refused:
            seen, problems = None, refused.problems
    return render(
        request, "contracts/change.html", 422 if problems else 200, page_title=_(LABELS[kind]), contract=found,
        kind=kind, delivery_id=delivery_id, day=day, words=changes.words(here, delivery_id), why_not=why_not,
        typed=typed, problems=[one.message for one in problems], preview=seen,
        money=_(MONEY.get(seen.outcome.money, "")) if seen else "", targets=_targets(here, kind, delivery_id),
        quantities=_quantities(here, kind, delivery_id, typed),
        effects=effects(here, seen.outcome.lines) if seen else [], by_hand=here.by_hand,
        worth=_worth(here, kind, delivery_id),
    )  # fmt: skip


def _is_chosen(kind: str, typed: Typed) -> bool:
    """Whether everything was chosen that the change needs."""
    needed = {"report": ("target",), "handover": ("to",), **dict.fromkeys(COUNTED, ("look",))}.get(kind, ())
    return all(name in typed for name in needed)


def _targets(here: Situation, kind: str, delivery_id: int) -> list[rules.Target]:
    """Dates to report to, or to take a basket on in exchange."""
    if kind == "handover":
        days = {
            one.delivery_id: one.day for one in here.cells if one.day > here.today and one.delivery_id != delivery_id
        }
        return [rules.Target(key, day, "", double=False) for key, day in sorted(days.items(), key=lambda one: one[1])]
    return rules.targets(here, delivery_id) if kind == "report" else []


def _quantities(here: Situation, kind: str, delivery_id: int, typed: Typed) -> list[tuple[str, str, str, int]]:
    """The name of each field, its label, what it shows, and the most it takes."""
    if kind not in COUNTED:
        return []
    if kind == "quantity":
        labels, now = here.products, quantities.quantities_from(here, delivery_id)
    else:
        now, worths = exchanges.composed(here, delivery_id), exchanges.exchangeable(here, delivery_id)
        labels = {key: f"{here.products[key]} ({exchanges.told(here, worths[key])})" for key in now}
    return [
        (f"q-{key}", labels[key], typed.get(f"q-{key}", str(number)), here.most.get(key, MOST_BASKETS))
        for key, number in now.items()
    ]


def _worth(here: Situation, kind: str, delivery_id: int) -> str:
    """What a basket that is composed anew must be worth."""
    if kind != "exchange":
        return ""
    return exchanges.told(here, exchanges.worth(here, delivery_id, exchanges.composed(here, delivery_id)))


@page("/changer/{contract_id:int}/{kind}", needs=SIGNED_IN)
def contracts_change(request: Request, reader: Reader) -> Response:
    """Choose what the change needs; one that needs nothing shows at once what it makes."""
    return _form_page(request, reader, dict(request.query_params))


@page("/changer/{contract_id:int}/{kind}/apercu", needs=SIGNED_IN, posted=True)
def contracts_preview_change(request: Request, reader: Reader, data: FormData) -> Response:
    """See what it makes before it is done; names of households stay out of addresses."""
    return _form_page(request, reader, texts(data))


@page("/changer/{contract_id:int}/{kind}", needs=SIGNED_IN, writes=True)
def contracts_make_change(request: Request, unit: Unit, data: FormData) -> Response:
    """Do what was shown."""
    found, here = _open(request, unit)
    typed = texts(data)
    kind, version = request.path_params["kind"], number(typed.get("version"))
    make: Callable[..., ContractChange] = handovers.ask if kind == "handover" else changes.make
    try:
        with unit.session.begin_nested():
            wish = _wish(unit, found, kind, typed)
            change = make(unit, found.id, wish, by_hand=here.by_hand, version=version)
    except Refused as refused:
        return _form_page(request, unit, typed, refused.problems)
    return redirect(
        request, f"{ROOT}/{found.id}", _(DONE[kind]), undo_url=f"/x/contracts/changements/{change.id}/annuler"
    )


@page("/changements/{change_id:int}/annuler", needs=SIGNED_IN, writes=True)
def contracts_undo_change(request: Request, unit: Unit, data: FormData) -> Response:
    """Take a change back: its household, a coordinator, or the household that had accepted a basket."""
    change = changes.change_of(unit, path_int(request, "change_id"))
    found = unit.get(Contract, change.contract_id)
    mine = unit.allows("self.subscribe", found)
    home = unit.actor.household_id if unit.actor else None
    taken = change.state is ChangeState.ACCEPTED and home is not None and home == change.to_household_id
    by_hand = not mine and unit.allows("contracts.write", found)
    if not (mine or taken or by_hand):
        raise NotFound("change")
    url = f"{ROOT}/{found.id}" if mine or by_hand else "/moi"
    problems = attempt(unit, lambda: handovers.undo(unit, change.id, by_hand=by_hand))
    return done(request, url, problems, _("C’est annulé : tout est comme avant."))


def _home(reader: Reader) -> int:
    """The actor's household. Raises NotFound for somebody without one."""
    home = reader.actor.household_id if reader.actor else None
    if home is None:
        raise NotFound("household")
    return home


@page("/changements/{change_id:int}/accepter", needs="self.subscribe", writes=True)
def contracts_accept(request: Request, unit: Unit, data: FormData) -> Response:
    """Take the basket of another household."""
    home, key = _home(unit), path_int(request, "change_id")
    problems = attempt(unit, lambda: handovers.accept(unit, key, home))
    undo = f"/x/contracts/changements/{key}/annuler"
    return done(request, "/moi", problems, _("C’est noté : vous prenez ce panier. Merci !"), undo_url=undo)


@page("/changements/{change_id:int}/refuser", needs="self.subscribe", writes=True)
def contracts_decline(request: Request, unit: Unit, data: FormData) -> Response:
    """Leave the basket to its household."""
    home, key = _home(unit), path_int(request, "change_id")
    problems = attempt(unit, lambda: handovers.decline(unit, key, home))
    return done(request, "/moi", problems, _("C’est noté : ce panier reste à son foyer."))
