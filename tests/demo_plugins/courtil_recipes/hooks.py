"""One implementation of each hook; `TROUBLE` makes one of them fail."""

from sqlalchemy import select, text
from starlette.requests import Request
from starlette.responses import Response

from courtil.api import (
    PUBLIC,
    ContractSigned,
    DeliveryChanged,
    Draft,
    Event,
    Fragment,
    JobKind,
    MenuItem,
    PageRoute,
    PaymentRecorded,
    Problem,
    Reader,
    Refused,
    Slot,
    Unit,
    View,
    hook,
    page,
    render,
)
from courtil_recipes.tables import Recipe

TROUBLE: set[str] = set()
SEEN: list[str] = []


class Broken(RuntimeError):
    pass


def stumble(where: str) -> None:
    SEEN.append(where)
    if where in TROUBLE:
        raise Broken(where)


@page("/liste", needs=PUBLIC)
def recipe_list(request: Request, reader: Reader) -> Response:
    return render(request, "recipes/list.html", page_title="Recettes", recipes=reader.all(select(Recipe)))


@page("/ecrit", needs=PUBLIC)
def recipe_write_on_get(request: Request, reader: Reader) -> Response:
    reader.session.execute(text("DELETE FROM recipes_recipe"))
    return render(request, "recipes/list.html", recipes=[])


@hook
def routes() -> list[PageRoute]:
    stumble("routes")
    return [PageRoute(page=recipe_list), PageRoute(page=recipe_write_on_get)]


@hook
def menu() -> list[MenuItem]:
    return [MenuItem(label="Recettes", url="/x/recipes/liste", permission="self.read", space="member")]


def cook(unit: Unit, contract_id: int) -> None:
    stumble("job")
    unit.session.add(Recipe(contract_id=contract_id, title="Gratin"))


@hook
def jobs() -> list[JobKind]:
    return [JobKind(name="recipes.cook", run=cook)]


@hook
def subscription_problems(draft: Draft, reader: Reader) -> list[Problem]:
    stumble("subscription_problems")
    return [Problem("Trop de courges.")] if any(line.quantity > 50 for line in draft.lines) else []


@hook
def contract_signed(event: ContractSigned, unit: Unit) -> None:
    if "refuse" in TROUBLE:
        raise Refused("Pas de recette, pas de contrat.")
    unit.session.add(Recipe(contract_id=event.contract_id, title="Soupe"))
    unit.session.flush()
    stumble("contract_signed")
    unit.enqueue("recipes.cook", contract_id=event.contract_id)


@hook
def delivery_changed(event: DeliveryChanged, unit: Unit) -> None:
    stumble("delivery_changed")


@hook
def payment_recorded(event: PaymentRecorded) -> None:
    stumble("payment_recorded")


@hook
def after_event(event: Event, unit: Unit) -> None:
    stumble("after_event")


@hook
def fragments(slot: Slot, view: View) -> list[Fragment]:
    if slot.name == "layout.top":
        stumble("fragments")
        if "bad_query" in TROUBLE:
            view.reader.session.execute(text("SELECT * FROM no_such_table"))
        template = "recipes/broken.html" if "template" in TROUBLE else "recipes/note.html"
        return [Fragment(template=template, context={"word": "Une recette <b> par semaine"})]
    return []
