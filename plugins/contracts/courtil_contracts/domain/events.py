"""What happens to offers beside what the core knows."""

from courtil.api import N_, Event


class OfferReviewed(Event):
    """The offer was sent to its farm, or the farm answered."""

    sentence = N_("Contrat vierge « %(name)s » : %(what)s.")
    subject_kind = "offer"
    offer_id: int
    name: str
    what: str


class TemplateChanged(Event):
    """A template of contracts was added, changed, put back or deleted."""

    sentence = N_("Modèle de contrat « %(name)s » : %(what)s.")
    subject_kind = "template"
    template_id: int
    name: str
    what: str


class AmendmentAccepted(Event):
    """The farm agreed to an amendment."""

    sentence = N_("La ferme accepte l’avenant n° %(number)s du contrat « %(offer)s » du foyer %(household)s.")
    subject_kind = "contract"
    contract_id: int
    number: int
    household: str
    offer: str
