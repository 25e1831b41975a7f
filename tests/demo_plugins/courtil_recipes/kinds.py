"""A kind of contract: so many surprises at each delivery, with a book of recipes, paid when one signs."""

from collections.abc import Mapping, Sequence
from typing import Any

from courtil.api import (
    DEFAULT_ARTICLES,
    Article,
    Charge,
    ContractKind,
    Costing,
    Draft,
    Line,
    Offer,
    PaymentPart,
    PaymentPlan,
    Problem,
    Reader,
    Typed,
    Unit,
    Wanted,
    hook,
    matrix,
)
from courtil_recipes.trouble import stumble

BOOK = Charge("Livre de recettes", 500)
RENEWED: list[tuple[int, int]] = []


def read(reader: Reader, offer_id: int, form: Mapping[str, str]) -> Typed:
    text = form.get("surprises", "").strip() or "0"
    if not text.isdecimal() or len(text) > 2:
        return Typed(choice={}, problems=(Problem("Écrivez un nombre de surprises.", "surprises"),))
    return Typed(choice={"surprises": int(text)})


def fields(choice: Mapping[str, Any]) -> Mapping[str, str]:
    return {"surprises": str(choice.get("surprises", 0))}


def cost(reader: Reader, wanted: Wanted) -> Costing:
    stumble("contract_kinds")
    number = int(wanted.choice.get("surprises", 0))
    if not number:
        return Costing(problems=(Problem("Choisissez au moins une surprise.", "surprises"),))
    cells = [cell for cell in matrix(reader, wanted.offer_id) if cell.day > reader.today]
    lines = tuple(Line(c.offer_product_id, c.delivery_id, c.day, number, c.unit_cents) for c in cells)
    return Costing(lines=lines, charges=(BOOK,), clauses=("Le contenu est une surprise.",))


def context(reader: Reader, wanted: Wanted) -> Mapping[str, Any]:
    return {"book": BOOK}


def missing(reader: Reader, offer_id: int) -> Sequence[Problem]:
    return [] if matrix(reader, offer_id) else [Problem("Ajoutez une date.", "days")]


def renewed(unit: Unit, before: int, after: int) -> None:
    RENEWED.append((before, after))


@hook
def contract_kinds() -> list[ContractKind]:
    stumble("kinds")
    return [
        ContractKind(
            name="recipes.surprise", label="Surprises", says="Autant de surprises à chaque fois, et un livre.",
            template="recipes/surprise.html", read=read, fields=fields, cost=cost, context=context, missing=missing,
            renewed=renewed,
        )
    ]  # fmt: skip


@hook
def payment_plans(draft: Draft, reader: Reader) -> list[PaymentPlan] | None:
    stumble("payment_plans")
    if BOOK not in draft.charges:
        return None
    return [PaymentPlan(key="comptant", parts=(PaymentPart(due_on=reader.today, cents=draft.total),))]


@hook
def contract_articles(offer_id: int, reader: Reader) -> list[Article] | None:
    """Contracts called « Tisanes » end with a recipe; those called « Orties » lack all that a contract must say."""
    stumble("contract_articles")
    name = reader.get(Offer, offer_id).name
    recipe = Article("La recette", "Pour {foyer} : {plat}" if name == "Orties" else "Pour {foyer}, à {lieu}.")
    return {"Tisanes": [*DEFAULT_ARTICLES, recipe], "Orties": [recipe]}.get(name)
