"""All that a plugin may import; everything else is private and may change without notice."""

from courtil.documents import Column, Document, Field, Fields, Group, Notes, Table, Text
from courtil.domain.access import Actor, Permission
from courtil.domain.dates import long_day
from courtil.domain.events import (
    ContractEnded,
    ContractSigned,
    DeliveryChanged,
    Event,
    HouseholdAdded,
    HouseholdLeft,
    PaymentRecorded,
    PersonErased,
    SeasonChanged,
)
from courtil.domain.money import Cents, format_euros, instalments, parse_cents, split
from courtil.domain.problems import NotFound, Problem, Refused, Stale
from courtil.domain.states import ContractState, DeliveryState, LineEffect, OfferState, PaymentMethod, PaymentState
from courtil.domain.words import N_, _, ngettext
from courtil.plugin.manifest import API, KeptData, Plugin
from courtil.plugin.payloads import (
    Answer,
    Check,
    Draft,
    DraftLine,
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
    PersonalRecord,
    Reader,
    RequestFacts,
    RowAction,
    SearchResult,
    Slot,
    Unit,
    View,
)
from courtil.plugin.specs import hook
from courtil.services.access import holders
from courtil.services.books import OUTSIDE, AccountRef, balance, balances, move, reverse
from courtil.services.settings import read as read_settings
from courtil.store.base import Base, Key, Moment, Money, Name, Versioned, Words, refers, state_type
from courtil.store.contracts import Contract, ContractLine
from courtil.store.deliveries import Delivery, Distribution
from courtil.store.farms import Farm, Product
from courtil.store.offers import Offer
from courtil.store.people import Household, Person
from courtil.web.flash import redirect
from courtil.web.forms import Form
from courtil.web.pages import PUBLIC, SIGNED_IN, page
from courtil.web.render import render

__all__ = [
    "API", "N_", "OUTSIDE", "PUBLIC", "SIGNED_IN", "AccountRef", "Actor", "Answer", "Base", "Cents", "Check",
    "Column", "Contract", "ContractEnded", "ContractLine", "ContractSigned", "ContractState", "Delivery",
    "DeliveryChanged", "DeliveryState", "Distribution", "Document", "Draft", "DraftLine", "Event", "Export",
    "Extension", "Farm", "Field", "Fields", "Form", "Fragment", "Group", "HelpPage", "Household", "HouseholdAdded",
    "HouseholdLeft", "Identity", "ImportReader", "JobKind", "KeptData", "Key", "LineEffect", "ListColumn",
    "MailWord", "MenuItem", "Message", "Moment", "Money", "Name", "NotFound", "Notes", "Offer", "OfferState",
    "PageRoute", "PaymentMethod", "PaymentRecorded", "PaymentState", "Permission", "Person", "PersonErased",
    "PersonalRecord", "Plugin", "Problem", "Product", "Reader", "Refused", "RequestFacts", "RowAction",
    "SearchResult", "SeasonChanged", "Slot", "Stale", "Table", "Text", "Unit", "Versioned", "View", "Words", "_",
    "balance", "balances", "format_euros", "holders", "hook", "instalments", "long_day", "move", "ngettext", "page",
    "parse_cents", "read_settings", "redirect", "refers", "render", "reverse", "split", "state_type",
]  # fmt: skip
