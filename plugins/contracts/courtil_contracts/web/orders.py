"""The page of a prepaid account: what is left, ordering for each delivery, topping up."""

from collections.abc import Callable

from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import Response

from courtil.api import (
    MOST_BASKETS,
    SIGNED_IN,
    NotFound,
    Problem,
    Reader,
    Stale,
    Unit,
    _,
    attempt,
    format_euros,
    number,
    page,
    path_int,
    read_quantity,
    redirect,
    render,
    texts,
    url_of,
)
from courtil_contracts.services import orders
from courtil_contracts.services.orders import Account
from courtil_contracts.services.standing import foreseen, quantities_of, standing
from courtil_contracts.web.versions import seen_version


def account_of(request: Request, reader: Reader) -> Account:
    """The account of the path, for its household and who may enter its contracts. Raises NotFound."""
    found = orders.account(reader, path_int(request, "contract_id"))
    if not any(reader.allows(right, found.contract) for right in ("self.subscribe", "contracts.write")):
        raise NotFound("account")
    return found


def account_page(
    request: Request, reader: Reader, found: Account, problems: list[Problem] | None = None, *,
    typed: dict[str, str] | None = None, at: int = 0,
) -> Response:  # fmt: skip
    """The account with what was typed at the delivery `at`, and why it was refused."""
    coming: dict[int, list[int]] = {}
    row = standing(reader, found.contract.id)
    for cell in found.cells:
        coming.setdefault(cell.delivery_id, []).append(cell.offer_product_id)
    return render(
        request, "contracts/orders.html", 422 if problems else 200, page_title=found.contract.offer.name, account=found,
        offer=found.contract.offer, terms=found.terms, coming=coming, ordered=found.ordered, problems=problems or [],
        typed=typed or {}, at=at, most=MOST_BASKETS,
        standing=row if row is not None and row.active else None, stands=quantities_of(row),
        foreseen=foreseen(found, row) if row is not None else {},
        standing_typed=any(name.startswith("s-") for name in typed or {}),
    )  # fmt: skip


@page("/compte/{contract_id:int}", needs=SIGNED_IN)
def contracts_account(request: Request, reader: Reader) -> Response:
    """What is left, and what is ordered for each delivery."""
    return account_page(request, reader, account_of(request, reader))


def typed_quantities(found: Account, data: FormData, before: str = "q-") -> tuple[dict[int, int], list[Problem]]:
    """How many of each product were typed, and what could not be read."""
    form = texts(data)
    problems: list[Problem] = []
    products = found.contract.offer.products
    return {one.id: read_quantity(form, f"{before}{one.id}", problems) for one in products}, problems


@page("/compte/{contract_id:int}/commander/{delivery_id:int}", needs=SIGNED_IN, writes=True)
def contracts_order(request: Request, unit: Unit, data: FormData) -> Response:
    """Order for one delivery."""
    found, delivery = account_of(request, unit), path_int(request, "delivery_id")
    quantities, problems = typed_quantities(found, data)
    if not problems and not any(quantities.values()) and not ordered_for(found, delivery):
        problems = [Problem(_("Choisissez au moins un produit."))]
    problems = problems or tried(
        unit, lambda: orders.order(unit, found.contract.id, delivery, quantities, seen_version(data))
    )
    if problems:
        typed = texts(data)
        return account_page(request, unit, account_of(request, unit), problems, typed=typed, at=delivery)
    return redirect(request, address(request, found), _ordered(account_of(request, unit), delivery))


def ordered_for(found: Account, delivery_id: int) -> list[tuple[str, int, int]]:
    """Product, quantity and price in cents of what is ordered for a delivery."""
    here = (line for line in found.contract.lines if line.delivery_id == delivery_id)
    return [(line.offer_product.product.name, line.quantity, line.quantity * line.unit_cents) for line in here]


def _ordered(found: Account, delivery_id: int) -> str:
    """What is ordered now, what it costs and what is left."""
    lines = ordered_for(found, delivery_id)
    words = {
        "what": ", ".join(f"{quantity}\u00a0×\u00a0{name}" for name, quantity, _cents in lines),
        "cost": format_euros(sum(cents for _name, _quantity, cents in lines)), "left": format_euros(found.balance),
    }  # fmt: skip
    if not lines:
        return _("La commande est retirée. Il reste %(left)s sur le compte.") % words
    return _("%(what)s : %(cost)s. Il reste %(left)s sur le compte.") % words


@page("/compte/{contract_id:int}/recharger", needs=SIGNED_IN, writes=True)
def contracts_top_up(request: Request, unit: Unit, data: FormData) -> Response:
    """Pay into the account."""
    found, cents = account_of(request, unit), number(data.get("cents")) or 0
    if problems := tried(unit, lambda: orders.top_up(unit, found.contract.id, cents, seen_version(data))):
        return account_page(request, unit, account_of(request, unit), problems)
    message = _("Le compte est rechargé. Le paiement attendu figure dans « Mes paiements ».")
    return redirect(request, address(request, found), message)


def tried(unit: Unit, action: Callable[[], object]) -> list[Problem]:
    """`attempt`, a page that is no longer current being a problem too."""
    try:
        return attempt(unit, action)
    except Stale:
        return [Problem(_("Ce compte a changé depuis que la page est ouverte. Vérifiez ci-dessous, puis recommencez."))]


def address(request: Request, found: Account) -> str:
    """The page of the account."""
    return url_of(request, "contracts_account", contract_id=found.contract.id)
