"""One implementation of each hook; `TROUBLE` makes one of them fail, or hide a row, or believe a network."""

from collections.abc import Mapping

from sqlalchemy import ColumnElement, Select, delete, select, text
from starlette.requests import Request
from starlette.responses import Response

from courtil.api import (
    PUBLIC,
    Actor,
    Base,
    Contract,
    ContractAmended,
    ContractEnded,
    ContractSigned,
    DeliveryChanged,
    Draft,
    Event,
    Fragment,
    HouseholdAdded,
    HouseholdLeft,
    Identity,
    JobKind,
    MenuItem,
    Message,
    Offer,
    PageRoute,
    PaymentRecorded,
    Person,
    PersonalRecord,
    PersonErased,
    Problem,
    Reader,
    Refused,
    RequestFacts,
    SeasonChanged,
    Slot,
    Unit,
    View,
    hook,
    page,
    render,
)
from courtil_recipes import trouble
from courtil_recipes.added import (
    checks,
    columns,
    exports,
    extensions,
    help_pages,
    import_readers,
    mail_words,
    row_actions,
    search_results,
)
from courtil_recipes.kinds import contract_articles, contract_kinds, payment_plans
from courtil_recipes.tables import Recipe
from courtil_recipes.trouble import SEEN, TROUBLE, Broken, stumble

__all__ = [
    "EVENTS", "SEEN", "SENT", "TROUBLE", "Broken", "checks", "columns", "contract_articles", "contract_kinds", "exports", "extensions", "help_pages", "import_readers",
    "mail_words", "payment_plans", "row_actions", "search_results",
]  # fmt: skip

EVENTS: list[Event] = []
SENT: list[Message] = []


@page("/liste", needs=PUBLIC)
def recipes_list(request: Request, reader: Reader) -> Response:
    return render(request, "recipes/list.html", page_title="Recettes", recipes=reader.all(select(Recipe)))


@hook
def routes() -> list[PageRoute]:
    stumble("routes")
    return [PageRoute(page=recipes_list)]


@hook
def menu() -> list[MenuItem]:
    return [MenuItem(label="Recettes", url="/x/recipes/liste", permission="self.read", space="member")]


def cook(unit: Unit, contract_id: int) -> None:
    stumble("job")
    unit.session.add(Recipe(contract_id=contract_id, title="Gratin"))


def taste(unit: Unit) -> None:
    stumble("daily")


@hook
def jobs() -> list[JobKind]:
    return [JobKind(name="recipes.cook", run=cook), JobKind(name="recipes.taste", run=taste, daily=True)]


@hook
def who_is(request: RequestFacts, reader: Reader) -> Identity | None:
    """`network`: the header that a network's proxy would set is believed."""
    stumble("who_is")
    email = request.headers.get("x-network-user", "") if "network" in TROUBLE else ""
    return Identity(email=email, issuer="Réseau des AMAP") if email else None


@hook
def allowed(actor: Actor, permission: str, model: type[Base], reader: Reader) -> ColumnElement[bool] | None:
    """`hide Offer 3` hides that row from everybody."""
    stumble("allowed")
    hidden = [int(word.split()[2]) for word in TROUBLE if word.startswith(f"hide {model.__name__} ")]
    return model.__table__.c.id.not_in(hidden) if hidden else None


@hook
def opening_problems(offer_id: int, reader: Reader) -> list[Problem]:
    """An offer named after brambles waits for its recipe."""
    stumble("opening_problems")
    is_wild = reader.get(Offer, offer_id).name == "Ronces"
    return [Problem("Écrivez d’abord une recette de ronces.", "presentation")] if is_wild else []


@hook
def subscription_problems(draft: Draft, reader: Reader) -> list[Problem]:
    stumble("subscription_problems")
    return [Problem("Trop de courges.")] if any(line.quantity > 50 for line in draft.lines) else []


@hook
def basket_problems(wanted: Mapping[tuple[int, int], int]) -> list[Problem]:
    return [Problem("Trop de soupe.")] if any(quantity > 5_000 for quantity in wanted.values()) else []


def of_her_household(person_id: int) -> Select[int]:
    contracts = select(Contract.id).join(Person, Person.household_id == Contract.household_id)
    return select(Recipe.id).where(Recipe.contract_id.in_(contracts.where(Person.id == person_id)))


@hook
def personal_data(person_id: int, reader: Reader) -> list[PersonalRecord]:
    stumble("personal_data")
    recipes = reader.all(select(Recipe).where(Recipe.id.in_(of_her_household(person_id))).order_by(Recipe.id))
    return [PersonalRecord(title="Recette reçue", values={"Titre": recipe.title}) for recipe in recipes]


def happened(where: str, event: Event) -> None:
    EVENTS.append(event)
    stumble(where)


@hook
def household_joined(event: HouseholdAdded) -> None:
    happened("household_joined", event)


@hook
def household_left(event: HouseholdLeft) -> None:
    happened("household_left", event)


@hook
def person_erased(event: PersonErased, unit: Unit) -> None:
    unit.execute(delete(Recipe).where(Recipe.id.in_(of_her_household(event.person_id))))
    happened("person_erased", event)


@hook
def season_changed(event: SeasonChanged) -> None:
    happened("season_changed", event)


@hook
def contract_amended(event: ContractAmended) -> None:
    happened("contract_amended", event)


@hook
def contract_changed(event: ContractEnded) -> None:
    happened("contract_changed", event)


@hook
def contract_signed(event: ContractSigned, unit: Unit) -> None:
    if "refuse" in TROUBLE:
        raise Refused("Pas de recette, pas de contrat.")
    unit.session.add(Recipe(contract_id=event.contract_id, title="Soupe"))
    unit.session.flush()
    happened("contract_signed", event)
    unit.enqueue("recipes.cook", contract_id=event.contract_id)


@hook
def delivery_changed(event: DeliveryChanged, unit: Unit) -> None:
    happened("delivery_changed", event)


@hook
def payment_recorded(event: PaymentRecorded) -> None:
    happened("payment_recorded", event)


@hook
def after_event(event: Event, unit: Unit) -> None:
    stumble("after_event")


@hook
def send_mail(message: Message) -> bool | None:
    stumble("send_mail")
    if not message.to.endswith("@recettes.exemple.fr"):
        return None
    SENT.append(message)
    return True


@hook
def fragments(slot: Slot, view: View) -> list[Fragment]:
    if slot.name == "layout.top":
        stumble("fragments")
        if trouble.DRAWN is not None:
            return trouble.DRAWN
        if "bad_query" in TROUBLE:
            view.reader.session.execute(text("SELECT * FROM no_such_table"))
        template = "recipes/broken.html" if "template" in TROUBLE else "recipes/note.html"
        return [Fragment(template=template, context={"word": "Une recette <b> par semaine"})]
    return []
