"""Kinds of contract: how a household chooses in an offer and what that costs; the core's own, and those of plugins."""

from collections.abc import Mapping
from datetime import date
from typing import Annotated, Any

from annotated_types import Ge, Le
from pydantic import TypeAdapter, ValidationError
from sqlalchemy import select

from courtil.domain import contracts as choosing
from courtil.domain.contracts import MOST_BASKETS, Choice, Line
from courtil.domain.fields import Whole
from courtil.domain.problems import Problem, Refused
from courtil.domain.words import N_, _
from courtil.plugin.payloads import ContractKind, Costing, Typed, Wanted
from courtil.services.availability import matrix, products_of
from courtil.services.plans import possible_counts
from courtil.services.unit import Reader, Unit
from courtil.store.offers import Offer, OfferProduct

QUANTITY: TypeAdapter[int] = TypeAdapter(Annotated[Whole, Ge(0), Le(MOST_BASKETS)])


def read_quantity(form: Mapping[str, str], name: str, problems: list[Problem]) -> int:
    """How many baskets a field asks for, none when it is empty; what is no quantity is added to the problems."""
    try:
        return QUANTITY.validate_python(form.get(name, "").strip() or "0")
    except ValidationError:
        problems.append(Problem(_("Écrivez un nombre entier, de 0 à 99."), name))
        return 0


def kinds(reader: Reader) -> dict[str, ContractKind]:
    """Every kind that an offer may have here, by name: the core's first."""
    added = (kind for _plugin, kind in reader.hooks.declarations.contract_kinds)
    return {kind.name: kind for kind in (SAME, *added)}


def kind_of(reader: Reader, offer: Offer) -> ContractKind:
    """The kind of this offer. Raises Refused when its plugin is switched off."""
    found = kinds(reader).get(offer.kind)
    if found is None:
        message = _("Ce contrat demande le greffon « %(name)s », qui est éteint. Demandez à l’administration.")
        raise Refused(message % {"name": offer.kind.split(".", 1)[0]})
    return found


def _read(reader: Reader, offer_id: int, form: Mapping[str, str]) -> Typed:
    problems: list[Problem] = []
    keys = reader.all(select(OfferProduct.id).where(OfferProduct.offer_id == offer_id))
    chosen = {key: read_quantity(form, f"product-{key}", problems) for key in keys}
    return Typed(choice=Choice(quantities=chosen).stored(), problems=tuple(problems))


def _fields(choice: Mapping[str, Any]) -> Mapping[str, str]:
    return {f"product-{key}": str(quantity) for key, quantity in Choice.of(choice).chosen.items()}


def _cost(reader: Reader, wanted: Wanted) -> Costing:
    choice = Choice.of(wanted.choice)
    lines = choosing.lines(choice, matrix(reader, wanted.offer_id), reader.today)
    return Costing(lines=tuple(lines), problems=tuple(_choice_problems(reader, wanted.offer_id, choice, lines)))


def _choice_problems(reader: Reader, offer_id: int, choice: Choice, lines: list[Line]) -> list[Problem]:
    products = {one.id: one for one in products_of(reader, offer_id)}
    coming = {line.offer_product_id for line in lines}
    if not choice.chosen:
        return [Problem(_("Choisissez au moins un produit : écrivez combien vous en voulez à chaque fois."))]
    found = []
    for key, quantity in choice.chosen.items():
        product = products.get(key)
        if product is None:
            found.append(Problem(_("Un produit choisi n’est plus proposé : choisissez de nouveau.")))
        elif product.most is not None and quantity > product.most:
            words = {"most": product.most, "name": product.product.name}
            found.append(Problem(_("Au plus %(most)s « %(name)s » par foyer.") % words, f"product-{key}"))
        elif key not in coming:
            message = _("« %(name)s » n’a plus de livraison à venir.")
            found.append(Problem(message % {"name": product.product.name}, f"product-{key}"))
    return found


def _context(reader: Reader, wanted: Wanted) -> Mapping[str, Any]:
    days: dict[int, list[date]] = {}
    for cell in matrix(reader, wanted.offer_id):
        if cell.day > reader.today:
            days.setdefault(cell.offer_product_id, []).append(cell.day)
    return {"days": days, "most": MOST_BASKETS}


def _missing(reader: Reader, offer_id: int) -> list[Problem]:
    """Products, dates, and payments that the smallest contract can be split into."""
    found = reader.get(Offer, offer_id)
    cells = [cell for cell in matrix(reader, offer_id) if cell.day > reader.today]
    problems = []
    if not any(one.price_cents for one in products_of(reader, offer_id)):
        problems.append(Problem(_("Ajoutez au moins un produit avec son prix."), "products"))
    if not cells:
        problems.append(Problem(_("Ajoutez au moins une date à venir où un produit est livré."), "days"))
    sums: dict[int, int] = {}
    for cell in cells:
        sums[cell.offer_product_id] = sums.get(cell.offer_product_id, 0) + cell.unit_cents
    least = min((total for total in sums.values() if total), default=0)
    if problems or possible_counts(found.instalment_counts, found.instalment_step, least):
        return problems
    message = _("Le plus petit contrat ne se paie pas ainsi. Proposez moins de paiements ou un arrondi plus fin.")
    return [Problem(message, "instalment_counts")]


def _renewed(unit: Unit, before: int, after: int) -> None:
    """The offer's own columns hold all its terms."""


SAME = ContractKind(
    name="fixed",
    label=N_("Le même panier à chaque livraison"),
    says=N_("Le foyer choisit une fois combien il veut de chaque produit."),
    template="subscribing/same.html",
    read=_read,
    fields=_fields,
    cost=_cost,
    context=_context,
    missing=_missing,
    renewed=_renewed,
)
"""The one kind of the core."""
