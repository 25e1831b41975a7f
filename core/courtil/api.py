"""All that a plugin may import; everything else is private and may change without notice."""

from courtil.domain.access import Actor, Permission
from courtil.domain.events import ContractSigned, DeliveryChanged, Event, PaymentRecorded
from courtil.domain.money import Cents, format_euros, instalments, parse_cents, split
from courtil.domain.problems import NotFound, Problem, Refused, Stale
from courtil.domain.states import ContractState, DeliveryState, LineEffect, OfferState, PaymentMethod, PaymentState
from courtil.domain.words import N_, _, ngettext
from courtil.plugin.manifest import Plugin
from courtil.plugin.payloads import (
    Draft,
    DraftLine,
    Fragment,
    JobKind,
    MenuItem,
    PageRoute,
    Reader,
    Slot,
    Unit,
    View,
)
from courtil.plugin.specs import hook
from courtil.services.books import OUTSIDE, AccountRef, balance, balances, move, reverse
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
    "N_", "OUTSIDE", "PUBLIC", "SIGNED_IN", "AccountRef", "Actor", "Base", "Cents", "Contract", "ContractLine",
    "ContractSigned", "ContractState", "Delivery", "DeliveryChanged", "DeliveryState", "Distribution", "Draft",
    "DraftLine", "Event", "Farm", "Form", "Fragment", "Household", "JobKind", "Key", "LineEffect", "MenuItem", "Moment",
    "Money", "Name", "NotFound", "Offer", "OfferState", "PageRoute", "PaymentMethod", "PaymentRecorded", "PaymentState",
    "Permission", "Person", "Plugin", "Problem", "Product", "Reader", "Refused", "Slot", "Stale", "Unit", "Versioned",
    "View", "Words", "_", "balance", "balances", "format_euros", "hook", "instalments", "move", "ngettext", "page",
    "parse_cents", "redirect", "refers", "render", "reverse", "split", "state_type",
]  # fmt: skip
