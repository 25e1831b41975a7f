"""What happened, once: each event is logged, reacted to and followed under the same name."""

from datetime import UTC, date, datetime
from typing import ClassVar
from uuid import uuid4

from pydantic import BaseModel, ConfigDict, Field

from courtil.domain.dates import long_day
from courtil.domain.words import N_


class Payload(BaseModel):
    """A frozen value that crosses the border between core and plugins."""

    model_config = ConfigDict(frozen=True, arbitrary_types_allowed=True)


class Event(Payload):
    """Something that was done; `sentence` says it in the log, `subject` names what it was done to."""

    sentence: ClassVar[str] = ""
    subject_kind: ClassVar[str] = ""

    id: str = Field(default_factory=lambda: str(uuid4()))
    at: datetime = Field(default_factory=lambda: datetime.now(UTC))
    actor_id: int | None = None
    actor_name: str = ""

    @property
    def kind(self) -> str:
        """The name of the event's class."""
        return type(self).__name__

    @property
    def subject(self) -> str:
        """`kind:id` of what the event is about, empty for none."""
        identifier = getattr(self, f"{self.subject_kind}_id", None) if self.subject_kind else None
        return f"{self.subject_kind}:{identifier}" if identifier is not None else ""

    def told(self) -> str:
        """The sentence of the log, in French: what is kept does not follow the language of who acted."""
        words = {
            name: long_day(value, "fr") if isinstance(value, date) else value
            for name, value in self.model_dump().items()
        }
        return self.sentence % words


class HouseholdAdded(Event):
    sentence = N_("Le foyer %(name)s a été ajouté.")
    subject_kind = "household"
    household_id: int
    name: str


class HouseholdChanged(Event):
    sentence = N_("La fiche du foyer %(name)s a changé (%(what)s).")
    subject_kind = "household"
    household_id: int
    name: str
    what: str = ""


class HouseholdLeft(Event):
    sentence = N_("Le foyer %(name)s a quitté l’AMAP.")
    subject_kind = "household"
    household_id: int
    name: str


class HouseholdReturned(Event):
    sentence = N_("Le foyer %(name)s est de retour.")
    subject_kind = "household"
    household_id: int
    name: str


class PersonAdded(Event):
    sentence = N_("%(name)s a été ajouté·e.")
    subject_kind = "person"
    person_id: int
    name: str


class PersonChanged(Event):
    sentence = N_("La fiche de %(name)s a changé (%(what)s).")
    subject_kind = "person"
    person_id: int
    name: str
    what: str = ""


class PersonArchived(Event):
    sentence = N_("%(name)s a été archivé·e.")
    subject_kind = "person"
    person_id: int
    name: str


class PersonRestored(Event):
    sentence = N_("%(name)s est de nouveau dans les listes.")
    subject_kind = "person"
    person_id: int
    name: str


class PersonErased(Event):
    """Her name and contacts are gone; contracts, books and log stay as the law asks."""

    sentence = N_("Les données d’une personne ont été effacées.")
    subject_kind = "person"
    person_id: int


class RolesChanged(Event):
    sentence = N_("Les rôles de %(name)s ont changé : %(roles)s.")
    subject_kind = "person"
    person_id: int
    name: str
    roles: str


class FarmChanged(Event):
    sentence = N_("La ferme %(name)s a changé (%(what)s).")
    subject_kind = "farm"
    farm_id: int
    name: str
    what: str = ""


class CalendarChanged(Event):
    sentence = N_("Calendrier : %(what)s.")
    what: str


class SeasonChanged(Event):
    """A season was added, changed, archived or restored."""

    sentence = N_("Saison %(name)s : %(what)s.")
    subject_kind = "season"
    season_id: int
    name: str
    what: str


class SettingsChanged(Event):
    sentence = N_("Les réglages « %(owner)s » ont changé (%(what)s).")
    owner: str
    what: str = ""


class OfferChanged(Event):
    sentence = N_("Le contrat vierge « %(name)s » a changé (%(what)s).")
    subject_kind = "offer"
    offer_id: int
    name: str
    what: str = ""


class OfferMoved(Event):
    """The offer went from one state to the next."""

    sentence = N_("Le contrat vierge « %(name)s » est passé à l’état « %(label)s ».")
    subject_kind = "offer"
    offer_id: int
    name: str
    before: str
    after: str
    label: str


class ContractSigned(Event):
    """A household signed; `total` in cents."""

    sentence = N_("%(household)s a signé le contrat « %(offer)s ».")
    subject_kind = "contract"
    contract_id: int
    household_id: int
    offer_id: int
    farm_id: int
    household: str
    offer: str
    total: int


class ContractCountersigned(Event):
    sentence = N_("La ferme a contresigné le contrat « %(offer)s » de %(household)s.")
    subject_kind = "contract"
    contract_id: int
    household: str
    offer: str


class ContractEnded(Event):
    """A contract was cancelled or terminated before its end, or that was taken back; `after` is its state now."""

    sentence = N_("Le contrat « %(offer)s » de %(household)s : %(label)s (%(reason)s).")
    subject_kind = "contract"
    contract_id: int
    household: str
    offer: str
    after: str
    label: str
    reason: str


class ContractAmended(Event):
    """What a signed contract brings or costs was changed; `difference` in cents is what the household owes more."""

    sentence = N_("Le contrat « %(offer)s » de %(household)s : %(what)s.")
    subject_kind = "contract"
    contract_id: int
    household: str
    offer: str
    what: str
    difference: int = 0


class DeliveryChanged(Event):
    """A date was planned, moved, cancelled, restored or closed."""

    sentence = N_("Livraison de %(farm)s du %(before)s : %(what)s.")
    subject_kind = "delivery"
    delivery_id: int
    farm: str
    change: str
    what: str
    before: date | None = None
    after: date | None = None


class PaymentRecorded(Event):
    """A payment was noted, handed over, bounced, cancelled or restored; `cents` is its amount."""

    sentence = N_("Paiement de %(household)s pour « %(offer)s » : %(what)s (%(amount)s).")
    subject_kind = "contract"
    contract_id: int
    payment_id: int
    household_id: int
    household: str
    offer: str
    cents: int
    amount: str
    method: str
    what: str


class ImportWritten(Event):
    sentence = N_("Import de « %(file_name)s » : %(what)s.")
    subject_kind = "import"
    import_id: int
    file_name: str
    what: str


class SignedIn(Event):
    sentence = N_("%(name)s s’est connecté·e.")
    subject_kind = "person"
    person_id: int
    name: str


class PluginSwitched(Event):
    sentence = N_("Le greffon « %(name)s » : %(what)s.")
    name: str
    what: str


def named(kind: str) -> type[Event]:
    """The class of event of this name, the core's or a plugin's. Raises LookupError when its plugin is gone."""
    ahead: list[type[Event]] = [Event]
    while ahead:
        found = ahead.pop()
        if found.__name__ == kind:
            return found
        ahead.extend(found.__subclasses__())
    raise LookupError(kind)
