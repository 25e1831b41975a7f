"""The places of pages where plugins draw; a misspelt one is an error of the type checker and of the kit."""

from typing import Literal, get_args

SlotName = Literal[
    "layout.top", "layout.bottom", "home.aside", "member.home", "member.basket", "member.basket_line",
    "member.contracts", "member.payments", "subscribe.choose", "subscribe.pay", "subscribe.review", "contract.aside",
    "contract.payments", "offer.aside", "today.aside", "distribution.aside", "people.actions", "household.aside",
    "person.aside", "farm.aside", "farm_space.top", "farm_home.aside", "payments.below", "imports.start",
    "imports.preview", "settings.links", "privacy.table", "account.sections", "household.form", "person.form",
    "farm.form", "offer.form", "delivery.aside",
]  # fmt: skip

SLOTS: frozenset[str] = frozenset(get_args(SlotName))
