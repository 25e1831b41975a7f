"""The log: who did what."""

from functools import partial

from starlette.requests import Request
from starlette.responses import Response

from courtil.domain.words import N_, _
from courtil.services import log as service
from courtil.services.unit import Reader
from courtil.web.pages import page
from courtil.web.paging import Pager
from courtil.web.render import render
from courtil.web.request import facts, query_page, url_of

GROUPS = {
    "HouseholdAdded": N_("Foyer ajouté"), "HouseholdChanged": N_("Foyer modifié"), "HouseholdLeft": N_("Foyer parti"),
    "HouseholdReturned": N_("Foyer de retour"), "PersonAdded": N_("Personne ajoutée"),
    "PersonChanged": N_("Personne modifiée"), "PersonArchived": N_("Personne archivée"),
    "PersonRestored": N_("Personne de retour"), "PersonErased": N_("Personne effacée"),
    "RolesChanged": N_("Rôles"), "FarmChanged": N_("Ferme"),
    "CalendarChanged": N_("Calendrier"), "SeasonChanged": N_("Saison"), "SettingsChanged": N_("Réglages"),
    "OfferChanged": N_("Contrat vierge modifié"),
    "OfferMoved": N_("Étape d’un contrat vierge"), "ContractSigned": N_("Contrat signé"),
    "ContractCountersigned": N_("Contrat contresigné"), "ContractEnded": N_("Contrat arrêté"),
    "DeliveryChanged": N_("Livraison"), "PaymentRecorded": N_("Paiement"), "ImportWritten": N_("Import"),
    "SignedIn": N_("Connexion"), "PluginSwitched": N_("Greffon"),
}  # fmt: skip
"""What the filter calls each kind of event."""

SUBJECT_PAGES = {
    "household": ("household", "id"), "person": ("person", "id"), "farm": ("farm", "id"),
    "contract": ("contract", "contract_id"), "offer": ("offer", "offer_id"), "season": ("season", "id"),
}  # fmt: skip
"""The page of each kind of subject, and what its path calls the key."""


@page("/journal", needs="log.read")
def log(request: Request, reader: Reader) -> Response:
    """The log, the latest first, of one subject or kind if asked."""
    subject, kind = (request.query_params.get(name, "")[:60] for name in ("sujet", "genre"))
    found = service.entries(reader, subject, kind, query_page(request))
    url = facts(request).assembly.url
    address = partial(url, "log", sujet=subject or None, genre=kind or None)
    return render(
        request, "log/log.html", page_title=_("Journal"), help_url=url("help_page", topic="journal"),
        found=found, subject=subject, kind=kind, kinds=[(k, _(GROUPS.get(k, k))) for k in service.kinds(reader)],
        subject_url=partial(_subject_url, request),
        pager=Pager(found.page, found.pages, found.total, lambda number: address(page=number)),
    )  # fmt: skip


def _subject_url(request: Request, subject: str) -> str | None:
    """The page of what an entry is about, if it has one."""
    what, _colon, key = subject.partition(":")
    if what not in SUBJECT_PAGES or not key.isdecimal():
        return None
    name, parameter = SUBJECT_PAGES[what]
    return url_of(request, name, **{parameter: int(key)})
