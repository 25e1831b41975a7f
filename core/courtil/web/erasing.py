"""Erasing a person: what it will do and what stands against it, then the one button that cannot be undone."""

from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import Response

from courtil.domain.words import _
from courtil.services import erasing as service
from courtil.services.unit import Reader, Unit
from courtil.store.people import Person
from courtil.web.flash import redirect
from courtil.web.pages import page
from courtil.web.people import help_url, household_url
from courtil.web.render import render
from courtil.web.request import path_int, url_of


@page("/personnes/{id:int}/effacer", needs="settings.write")
def erasing(request: Request, reader: Reader) -> Response:
    """What erasing somebody does, before it is done."""
    found = reader.get(Person, path_int(request, "id"))
    title = _("Effacer les données de %(name)s") % {"name": found.full_name}
    return render(
        request, "people/person_erase.html", page_title=title, help_url=help_url(request), person=found,
        obstacles=service.obstacles(reader, found.id), effects=service.effects(reader, found.id),
    )  # fmt: skip


@page("/personnes/{id:int}/effacer", needs="settings.write", writes=True)
def erase_person(request: Request, unit: Unit, data: FormData) -> Response:
    """Erase somebody for good."""
    found = service.erase(unit, path_int(request, "id"))
    url = household_url(request, found.household_id) if found.household_id else url_of(request, "people")
    return redirect(request, url, _("Les données de cette personne sont effacées."))
