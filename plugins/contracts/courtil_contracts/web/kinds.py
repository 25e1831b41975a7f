"""The forms of the plugin's kinds of contract: what was typed, what is shown, how they are declared."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from courtil.api import (
    MOST_BASKETS,
    N_,
    ContractKind,
    Problem,
    Reader,
    Typed,
    Wanted,
    _,
    matrix,
    number,
    proposed,
    read_quantity,
)
from courtil_contracts.domain.choosing import Account, ByDate, Fees, Same, cell_key
from courtil_contracts.domain.sharing import FIRST
from courtil_contracts.domain.terms import RHYTHMS, Terms
from courtil_contracts.services import kinds
from courtil_contracts.services.kinds import Facts
from courtil_contracts.services.terms import renewed, smallest_problems, terms_of

TERMS_URL = "/x/contracts/offre/{id}"

RHYTHM_LABELS = {
    "every": N_("À chaque livraison"),
    "first": N_("Une fois sur deux, dès la première"),
    "second": N_("Une fois sur deux, dès la deuxième"),
}


def _fees(form: Mapping[str, str], terms: Terms) -> list[str]:
    return [fee.label for fee in terms.fees if fee.optional and f"with-{fee.label}" in form]


def _fee_fields(fees: Fees) -> dict[str, str]:
    """Fees by label; the number of one that was kept before labels counted is shown as `fee-0`."""
    return {f"with-{one}" if isinstance(one, str) else f"fee-{one}": "1" for one in fees}


def read_same(reader: Reader, offer_id: int, form: Mapping[str, str]) -> Typed:
    """Quantities, rhythms and optional fees."""
    problems: list[Problem] = []
    terms, quantities, rhythms = terms_of(reader, offer_id), {}, {}
    for product in proposed(reader, offer_id).products:
        if quantity := read_quantity(form, f"product-{product.id}", problems):
            quantities[str(product.id)] = quantity
            offered = terms.of(product.id).rhythms
            rhythm = form.get(f"rhythm-{product.id}", offered[0])
            rhythms[str(product.id)] = rhythm if rhythm in RHYTHMS else offered[0]
    choice = {"quantities": quantities, "rhythms": rhythms, "fees": _fees(form, terms)} if quantities else {}
    return Typed(choice=choice, problems=tuple(problems))


def same_fields(choice: Mapping[str, Any]) -> Mapping[str, str]:
    """What `read_same` reads."""
    kept = Same.model_validate(choice)
    fields = {f"product-{key}": str(quantity) for key, quantity in kept.chosen.items()}
    fields |= {f"rhythm-{key}": rhythm for key, rhythm in kept.rhythms.items()}
    return fields | _fee_fields(kept.fees)


def read_by_date(reader: Reader, offer_id: int, form: Mapping[str, str]) -> Typed:
    """A quantity for each cell; `everywhere-12` fills the cells of a product that were left empty."""
    problems: list[Problem] = []
    terms = terms_of(reader, offer_id)
    cells: dict[str, int] = {}
    fill = {
        product.id: read_quantity(form, f"everywhere-{product.id}", problems)
        for product in proposed(reader, offer_id).products
    }
    for cell in matrix(reader, offer_id):
        key = cell_key(cell.offer_product_id, cell.delivery_id)
        if cell.day > reader.today and (
            quantity := read_quantity(form, f"q-{key}", problems) or _filled(form, key, fill[cell.offer_product_id])
        ):
            cells[key] = quantity
    choice = {"cells": cells, "fees": _fees(form, terms)} if cells else {}
    return Typed(choice=choice, problems=tuple(problems))


def _filled(form: Mapping[str, str], key: str, quantity: int) -> int:
    return quantity if not form.get(f"q-{key}", "").strip() else 0


def by_date_fields(choice: Mapping[str, Any]) -> Mapping[str, str]:
    """What `read_by_date` reads; a zero is written, so that filling leaves it."""
    kept = ByDate.model_validate(choice)
    return {f"q-{key}": str(quantity) for key, quantity in kept.cells.items()} | _fee_fields(kept.fees)


def read_account(reader: Reader, offer_id: int, form: Mapping[str, str]) -> Typed:
    """The amount that opens the account."""
    cents = number(form.get("cents", "").strip())
    if cents is None:
        return Typed(choice={}, problems=(Problem(_("Choisissez un des montants proposés."), "cents"),))
    return Typed(choice={"cents": cents})


def account_fields(choice: Mapping[str, Any]) -> Mapping[str, str]:
    """What `read_account` reads."""
    return {"cents": str(Account.model_validate(choice).cents)}


def context(reader: Reader, wanted: Wanted) -> Mapping[str, Any]:
    """What every form of choice shows: products with their prices and dates, terms, rules said back."""
    known = kinds.facts(reader, wanted.offer_id, wanted.household_id, by_hand=wanted.by_hand)
    days: dict[int, list[date]] = {}
    for cell in known.coming:
        days.setdefault(cell.offer_product_id, []).append(cell.day)
    return {
        "days": days, "terms": known.terms, "most": MOST_BASKETS,
        "clauses": [*kinds.clauses(known), *kinds.shared_clauses(reader, known)],
        "rhythms": RHYTHM_LABELS, "rows": _rows(known),
        "chooses": known.sharing is None or known.sharing.side == FIRST or known.sharing.halves,
        "open": {(cell.offer_product_id, cell.delivery_id) for cell in known.coming},
    }  # fmt: skip


def _rows(known: Facts) -> list[tuple[date, int]]:
    """The dates to come, with their delivery."""
    return sorted({(cell.day, cell.delivery_id) for cell in known.coming})


def missing(reader: Reader, offer_id: int) -> Sequence[Problem]:
    """What an offer of products lacks before it may open."""
    known = kinds.facts(reader, offer_id)
    priced = {one.id for one in known.offer.products if one.price_cents or known.terms.of(one.id).kg_cents}
    problems = []
    if not priced:
        problems.append(Problem(_("Ajoutez au moins un produit avec son prix."), "products"))
    if not known.coming:
        problems.append(Problem(_("Ajoutez au moins une date à venir où un produit est livré."), "days"))
    return problems or smallest_problems(reader, offer_id)


def missing_account(reader: Reader, offer_id: int) -> Sequence[Problem]:
    """What an offer of accounts lacks: amounts to open one with, products to order."""
    problems = list(missing(reader, offer_id))
    if not terms_of(reader, offer_id).topups:
        problems.append(Problem(_("Écrivez dans « Modalités » les montants proposés pour ouvrir un compte."), "topups"))
    return problems


KINDS = (
    ContractKind(
        name="contracts.same",
        label=N_("Le même panier, au rythme du foyer"),
        says=N_("Le foyer dit une fois combien il veut, à chaque livraison ou une fois sur deux."),
        template="contracts/same.html", read=read_same, fields=same_fields, cost=kinds.cost_same,
        context=context, missing=missing, renewed=renewed, terms=TERMS_URL,
    ),
    ContractKind(
        name="contracts.dates",
        label=N_("Une quantité à chaque date"),
        says=N_("Le foyer remplit une grille : combien de chaque produit à chaque livraison."),
        template="contracts/dates.html", read=read_by_date, fields=by_date_fields, cost=kinds.cost_by_date,
        context=context, missing=missing, renewed=renewed, terms=TERMS_URL,
    ),
    ContractKind(
        name="contracts.account",
        label=N_("Un compte prépayé"),
        says=N_("Le foyer verse un montant à la ferme, puis commande dessus."),
        template="contracts/account.html", read=read_account, fields=account_fields, cost=kinds.cost_account,
        context=context, missing=missing_account, renewed=renewed, terms=TERMS_URL,
    ),
)  # fmt: skip
