"""All that a plugin may import; everything else is private and may change without notice."""

from courtil.documents import FORMATS, Cell, Column, Document, Field, Fields, Group, Notes, Table, Text
from courtil.domain.access import Actor, Permission
from courtil.domain.contracts import MOST_BASKETS, Available, Charge, Line
from courtil.domain.dates import long_day
from courtil.domain.events import (
    ContractEnded,
    ContractSigned,
    DeliveryChanged,
    Event,
    HouseholdAdded,
    HouseholdLeft,
    OfferChanged,
    PaymentRecorded,
    PersonErased,
    SeasonChanged,
)
from courtil.domain.fields import Euros, FormModel, MaybeDay, MaybeWhole, Required, Whole, refuse
from courtil.domain.money import Cents, format_euros, instalments, parse_cents, split
from courtil.domain.problems import NotFound, Problem, Refused, Stale
from courtil.domain.states import (
    BINDING,
    ContractState,
    DeliveryState,
    LineEffect,
    OfferState,
    PaymentMethod,
    PaymentState,
    label,
)
from courtil.domain.words import FRENCH, N_, _, ngettext, spoken
from courtil.plugin.manifest import API, KeptData, Plugin
from courtil.plugin.payloads import (
    Answer,
    Check,
    ContractKind,
    Costing,
    Draft,
    Export,
    Extension,
    Fragment,
    HelpPage,
    Identity,
    ImportReader,
    JobKind,
    ListColumn,
    MailWord,
    MenuItem,
    Message,
    PageRoute,
    PaymentPart,
    PaymentPlan,
    PersonalRecord,
    Reader,
    RequestFacts,
    RowAction,
    SearchResult,
    Slot,
    Typed,
    Unit,
    View,
    Wanted,
)
from courtil.plugin.specs import hook
from courtil.services.access import holders
from courtil.services.availability import matrix, subscribed
from courtil.services.books import OUTSIDE, AccountRef, balance, balances, move, reverse
from courtil.services.due import DueLine, due_lines
from courtil.services.mail import ask as ask_mail
from courtil.services.offers import is_signed, proposed
from courtil.services.settings import amap_settings
from courtil.services.settings import read as read_settings
from courtil.store.base import Base, Key, Moment, Money, Name, Versioned, Words, refers, state_type
from courtil.store.books import Payment
from courtil.store.calendar import Season
from courtil.store.contracts import Contract, ContractLine, Instalment, Signature
from courtil.store.deliveries import Delivery, Distribution
from courtil.store.farms import Farm, Product
from courtil.store.offers import Absence, Offer, OfferDate, OfferProduct
from courtil.store.people import Household, Person
from courtil.web.attempts import attempt
from courtil.web.downloads import download, show_document
from courtil.web.flash import redirect
from courtil.web.forms import Form
from courtil.web.offers import tabs as offer_tabs
from courtil.web.pages import PUBLIC, SIGNED_IN, page
from courtil.web.render import render
from courtil.web.request import base_url, path_int, url_of

__all__ = [
    "API", "BINDING", "FORMATS", "FRENCH", "MOST_BASKETS", "N_", "OUTSIDE", "PUBLIC", "SIGNED_IN", "Absence",
    "AccountRef", "Actor", "Answer", "Available", "Base", "Cell", "Cents", "Charge", "Check", "Column", "Contract",
    "ContractEnded", "ContractKind", "ContractLine", "ContractSigned", "ContractState", "Costing", "Delivery",
    "DeliveryChanged", "DeliveryState", "Distribution", "Document", "Draft", "DueLine", "Euros", "Event", "Export",
    "Extension", "Farm", "Field", "Fields", "Form", "FormModel", "Fragment", "Group", "HelpPage", "Household",
    "HouseholdAdded", "HouseholdLeft", "Identity", "ImportReader", "Instalment", "JobKind", "KeptData", "Key", "Line",
    "LineEffect", "ListColumn", "MailWord", "MaybeDay", "MaybeWhole", "MenuItem", "Message", "Moment", "Money", "Name",
    "NotFound", "Notes", "Offer", "OfferChanged", "OfferDate", "OfferProduct", "OfferState", "PageRoute", "Payment",
    "PaymentMethod", "PaymentPart", "PaymentPlan", "PaymentRecorded", "PaymentState", "Permission", "Person",
    "PersonErased", "PersonalRecord", "Plugin", "Problem", "Product", "Reader", "Refused", "RequestFacts", "Required",
    "RowAction", "SearchResult", "Season", "SeasonChanged", "Signature", "Slot", "Stale", "Table", "Text", "Typed",
    "Unit", "Versioned", "View", "Wanted", "Whole", "Words", "_", "amap_settings", "ask_mail", "attempt", "balance",
    "balances", "base_url", "download", "due_lines", "format_euros", "holders", "hook", "instalments", "is_signed",
    "label", "long_day", "matrix", "move", "ngettext", "offer_tabs", "page", "parse_cents", "path_int", "proposed",
    "read_settings", "redirect", "refers", "refuse", "render", "reverse", "show_document", "split", "spoken",
    "state_type", "subscribed", "url_of",
]  # fmt: skip
