"""All that a plugin may import; everything else is private and may change without notice."""

from courtil.documents import Column, Document, Field, Fields, Group, Notes, Table, Text
from courtil.domain.access import Actor, Permission
from courtil.domain.contracts import MOST_BASKETS, Available, Charge, Line
from courtil.domain.dates import in_words, long_day
from courtil.domain.events import (
    ContractAmended,
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
from courtil.domain.fields import search_key
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
)
from courtil.domain.words import N_, _, ngettext
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
from courtil.services.amending import AMENDABLE, NOTHING, Amendment, LineNow, amend
from courtil.services.availability import matrix
from courtil.services.books import OUTSIDE, AccountRef, balance, balances, move, reverse
from courtil.services.contracts import contract as find_contract
from courtil.services.contracts import held as held_contract
from courtil.services.contracts import visible as visible_contract
from courtil.services.contracts import worth
from courtil.services.limits import stock_problems
from courtil.services.mail import ask as ask_mail
from courtil.services.notices import hold_back
from courtil.services.offers import is_signed, proposed
from courtil.services.payments import Schedule, schedule
from courtil.services.settings import read as read_settings
from courtil.store.base import Base, Key, Moment, Money, Name, Versioned, Words, refers, state_type
from courtil.store.contracts import Contract, ContractLine
from courtil.store.deliveries import Delivery, Distribution
from courtil.store.farms import Farm, Product
from courtil.store.offers import Offer, OfferProduct
from courtil.store.people import Household, Person
from courtil.web.flash import redirect
from courtil.web.forms import Form
from courtil.web.pages import PUBLIC, SIGNED_IN, page
from courtil.web.render import render
from courtil.web.request import path_int

__all__ = [
    "AMENDABLE", "API", "BINDING", "MOST_BASKETS", "NOTHING", "N_", "OUTSIDE", "PUBLIC", "SIGNED_IN", "AccountRef",
    "Actor", "Amendment", "Answer", "Available", "Base", "Cents", "Charge", "Check", "Column", "Contract",
    "ContractAmended", "ContractEnded", "ContractKind", "ContractLine", "ContractSigned", "ContractState",
    "Costing", "Delivery", "DeliveryChanged", "DeliveryState", "Distribution", "Document", "Draft", "Event",
    "Export", "Extension", "Farm", "Field", "Fields", "Form", "Fragment", "Group", "HelpPage", "Household",
    "HouseholdAdded", "HouseholdLeft", "Identity", "ImportReader", "JobKind", "KeptData", "Key", "Line",
    "LineEffect", "LineNow", "ListColumn", "MailWord", "MenuItem", "Message", "Moment", "Money", "Name", "NotFound",
    "Notes", "Offer", "OfferChanged", "OfferProduct", "OfferState", "PageRoute", "PaymentMethod", "PaymentPart",
    "PaymentPlan", "PaymentRecorded", "PaymentState", "Permission", "Person", "PersonErased", "PersonalRecord",
    "Plugin", "Problem", "Product", "Reader", "Refused", "RequestFacts", "RowAction", "Schedule", "SearchResult",
    "SeasonChanged", "Slot", "Stale", "Table", "Text", "Typed", "Unit", "Versioned", "View", "Wanted", "Words", "_",
    "amend", "ask_mail", "balance", "balances", "find_contract", "format_euros", "held_contract", "hold_back",
    "holders", "hook", "in_words", "instalments", "is_signed", "long_day", "matrix", "move", "ngettext", "page",
    "parse_cents", "path_int", "proposed", "read_settings", "redirect", "refers", "render", "reverse", "schedule",
    "search_key", "split", "state_type", "stock_problems", "visible_contract", "worth",
]  # fmt: skip
