"""All that a plugin may import; everything else is private and may change without notice."""

from courtil.documents import (
    FORMATS,
    Cell,
    Column,
    Document,
    Field,
    Fields,
    Group,
    Notes,
    SignatureBox,
    Signatures,
    Table,
    Text,
)
from courtil.domain.access import Actor, Permission
from courtil.domain.articles import PLACEHOLDERS, Article, article_problems
from courtil.domain.contracts import MOST_BASKETS, Available, Charge, Line, fingerprint
from courtil.domain.dates import clock, in_words, long_day
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
from courtil.domain.fields import Day, Euros, FormModel, MaybeDay, MaybeWhole, Required, Whole, refuse, search_key
from courtil.domain.money import Cents, format_euros, instalments, parse_cents, plain_euros, split
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
from courtil.services.access import as_person, holders
from courtil.services.amending import AMENDABLE, NOTHING, Amendment, LineNow, amend
from courtil.services.availability import matrix, subscribed
from courtil.services.books import OUTSIDE, AccountRef, balance, balances, move, reverse
from courtil.services.contract_example import example_text
from courtil.services.contract_text import DEFAULT as DEFAULT_ARTICLES
from courtil.services.contracts import contract as find_contract
from courtil.services.contracts import held as held_contract
from courtil.services.contracts import visible as visible_contract
from courtil.services.contracts import worth
from courtil.services.due import DueLine, due_lines, lines_in_words
from courtil.services.kinds import read_quantity
from courtil.services.limits import live_contract, stock_problems, whom_to_ask, window_problems
from courtil.services.mail import ask as ask_mail
from courtil.services.notices import hold_back
from courtil.services.offers import is_signed, proposed
from courtil.services.payments import Schedule, schedule
from courtil.services.settings import amap_settings
from courtil.services.settings import read as read_settings
from courtil.services.subscribing import ACCOUNT, PAPER, choose_payment, draft_of, save_draft
from courtil.store.append_only import protect as protect_rows
from courtil.store.append_only import release as release_rows
from courtil.store.base import Base, Key, Moment, Money, Name, Versioned, Words, refers, state_type
from courtil.store.books import Payment
from courtil.store.calendar import Place, Season
from courtil.store.contracts import Contract, ContractLine, Instalment, Signature
from courtil.store.deliveries import Delivery, Distribution
from courtil.store.farms import Farm, Product
from courtil.store.offers import Absence, Offer, OfferDate, OfferProduct
from courtil.store.people import Household, Person
from courtil.web.attempts import attempt
from courtil.web.contracts import signed_document as contract_document
from courtil.web.downloads import download, show_document
from courtil.web.flash import redirect
from courtil.web.forms import Form
from courtil.web.offers import tabs as offer_tabs
from courtil.web.pages import PUBLIC, SIGNED_IN, page
from courtil.web.render import moment, render
from courtil.web.request import base_url, number, path_int, texts, url_of, version_of
from courtil.web.subscribing import document_of as text_document

__all__ = [
    "ACCOUNT", "AMENDABLE", "API", "BINDING", "DEFAULT_ARTICLES", "FORMATS", "FRENCH", "MOST_BASKETS", "NOTHING",
    "N_", "OUTSIDE", "PAPER", "PLACEHOLDERS", "PUBLIC", "SIGNED_IN", "Absence", "AccountRef", "Actor", "Amendment",
    "Answer", "Article", "Available", "Base", "Cell", "Cents", "Charge", "Check", "Column", "Contract",
    "ContractAmended", "ContractEnded", "ContractKind", "ContractLine", "ContractSigned", "ContractState", "Costing",
    "Day", "Delivery", "DeliveryChanged", "DeliveryState", "Distribution", "Document", "Draft", "DueLine", "Euros",
    "Event", "Export", "Extension", "Farm", "Field", "Fields", "Form", "FormModel", "Fragment", "Group", "HelpPage",
    "Household", "HouseholdAdded", "HouseholdLeft", "Identity", "ImportReader", "Instalment", "JobKind", "KeptData",
    "Key", "Line", "LineEffect", "LineNow", "ListColumn", "MailWord", "MaybeDay", "MaybeWhole", "MenuItem", "Message",
    "Moment", "Money", "Name", "NotFound", "Notes", "Offer", "OfferChanged", "OfferDate", "OfferProduct",
    "OfferState", "PageRoute", "Payment", "PaymentMethod", "PaymentPart", "PaymentPlan", "PaymentRecorded",
    "PaymentState", "Permission", "Person", "PersonErased", "PersonalRecord", "Place", "Plugin", "Problem", "Product",
    "Reader", "Refused", "RequestFacts", "Required", "RowAction", "Schedule", "SearchResult", "Season",
    "SeasonChanged", "Signature", "SignatureBox", "Signatures", "Slot", "Stale", "Table", "Text", "Typed", "Unit",
    "Versioned", "View", "Wanted", "Whole", "Words", "_", "amap_settings", "amend", "article_problems", "as_person",
    "ask_mail", "attempt", "balance", "balances", "base_url", "choose_payment", "clock", "contract_document",
    "download", "draft_of", "due_lines", "example_text", "find_contract", "fingerprint", "format_euros",
    "held_contract", "hold_back", "holders", "hook", "in_words", "instalments", "is_signed", "label",
    "lines_in_words", "live_contract", "long_day", "matrix", "moment", "move", "ngettext", "number", "offer_tabs",
    "page", "parse_cents", "path_int", "plain_euros", "proposed", "protect_rows", "read_quantity", "read_settings",
    "redirect", "refers", "refuse", "release_rows", "render", "reverse", "save_draft", "schedule", "search_key",
    "show_document", "split", "spoken", "state_type", "stock_problems", "subscribed", "text_document", "texts",
    "url_of", "version_of", "visible_contract", "whom_to_ask", "window_problems", "worth",
]  # fmt: skip
