"""The same order at each delivery, on the page of an account: kept, stopped, skipped for a date."""

from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import Response

from courtil.api import SIGNED_IN, Unit, _, page, path_int, redirect, texts, url_of
from courtil_contracts.services import standing as service
from courtil_contracts.web.orders import account_of, account_page, address, tried, typed_quantities
from courtil_contracts.web.versions import seen_version


@page("/compte/{contract_id:int}/habitude", needs=SIGNED_IN, writes=True)
def contracts_stand(request: Request, unit: Unit, data: FormData) -> Response:
    """Order the same at each delivery from now on."""
    found = account_of(request, unit)
    quantities, problems = typed_quantities(found, data, "s-")
    problems = problems or tried(unit, lambda: service.keep(unit, found.contract.id, quantities, seen_version(data)))
    if problems:
        typed = texts(data)
        return account_page(request, unit, account_of(request, unit), problems, typed=typed)
    message = _("C’est noté : sans commande de votre part, celle-ci part à chaque livraison.")
    return redirect(request, address(request, found), message)


@page("/compte/{contract_id:int}/habitude/arreter", needs=SIGNED_IN, writes=True)
def contracts_stop(request: Request, unit: Unit, data: FormData) -> Response:
    """Order nothing by itself any more."""
    found = account_of(request, unit)
    service.stop(unit, found.contract.id)
    message = _("C’est arrêté : vous commandez de nouveau à chaque fois.")
    undo = url_of(request, "contracts_resume", contract_id=found.contract.id)
    return redirect(request, address(request, found), message, undo_url=undo)


@page("/compte/{contract_id:int}/habitude/reprendre", needs=SIGNED_IN, writes=True)
def contracts_resume(request: Request, unit: Unit, data: FormData) -> Response:
    """Order it again at each delivery."""
    found = account_of(request, unit)
    service.resume(unit, found.contract.id)
    return redirect(request, address(request, found), _("C’est noté : la commande repart à chaque livraison."))


@page("/compte/{contract_id:int}/habitude/{delivery_id:int}", needs=SIGNED_IN, writes=True)
def contracts_skip(request: Request, unit: Unit, data: FormData) -> Response:
    """Leave one delivery out, or take it in again."""
    found, delivery_id, skipped = account_of(request, unit), path_int(request, "delivery_id"), "skip" in data
    if problems := tried(unit, lambda: service.skip(unit, found.contract.id, delivery_id, skipped=skipped)):
        return account_page(request, unit, account_of(request, unit), problems)
    message = _("C’est noté : rien ne part ce jour-là.") if skipped else _("C’est noté : la commande part ce jour-là.")
    return redirect(request, address(request, found), message)
