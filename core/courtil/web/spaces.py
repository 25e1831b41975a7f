"""Navigation by space: what each person sees depends on what she may do."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from courtil.domain.access import PUBLIC, SIGNED_IN, Actor
from courtil.domain.words import N_, _

if TYPE_CHECKING:
    from courtil.web.assembly import Assembly


@dataclass(frozen=True)
class Entry:
    """A line of a space's menu."""

    label: str
    route: str
    icon: str
    needs: str
    also: str = ""
    """Another beginning of the paths that belong to this entry."""


@dataclass(frozen=True)
class Space:
    """A way of looking at the AMAP.

    `rights` are beginnings of permissions: a page that no entry leads to stands in the space of what it needs.
    """

    label: str
    code: str
    entries: tuple[Entry, ...]
    rights: tuple[str, ...]


SPACES = (
    Space(N_("Amapien·ne"), "member", (
        Entry(N_("Accueil"), "my_home", "house", "self.read"),
        Entry(N_("Mes paniers"), "my_baskets", "shopping-basket", "self.read"),
        Entry(N_("Mes contrats"), "my_contracts", "file-text", "self.read"),
        Entry(N_("Mes paiements"), "my_payments", "banknote", "self.read"),
        Entry(N_("Annuaire"), "directory", "users", "self.read"),
    ), ("self.",)),
    Space(N_("Coordination"), "coordination", (
        Entry(N_("Aujourd’hui"), "today", "list-checks", "distributions.read"),
        Entry(N_("Distributions"), "distributions", "calendar-days", "distributions.read"),
        Entry(N_("Contrats"), "offers", "file-text", "offers.read"),
        Entry(N_("Personnes"), "people", "users", "people.read", also="/foyers"),
        Entry(N_("Paiements"), "payments", "banknote", "payments.read"),
        Entry(N_("Fermes"), "farms", "tractor", "offers.read"),
        Entry(N_("Lieux et saisons"), "calendar", "map-pin", "calendar.write"),
        Entry(N_("Réglages"), "settings", "settings", "settings.write"),
        Entry(N_("Journal"), "log", "history", "log.read"),
    ), ("",)),
    Space(N_("Ferme"), "farm", (
        Entry(N_("Prochaine livraison"), "farm_home", "sprout", "farm_space.read"),
        Entry(N_("Nos contrats"), "farm_contracts", "file-text", "farm_space.read"),
        Entry(N_("Nos livraisons"), "farm_deliveries", "calendar-days", "farm_space.read"),
        Entry(N_("Nos paiements"), "farm_payments", "banknote", "farm_space.read"),
    ), ("farm_space.", "contracts.countersign")),
)  # fmt: skip


@dataclass(frozen=True)
class ShownEntry:
    """An entry as the template draws it."""

    label: str
    url: str
    icon: str
    current: bool


@dataclass(frozen=True)
class ShownSpace:
    """A space as the template draws it."""

    label: str
    url: str
    current: bool
    entries: tuple[ShownEntry, ...]


def shown(actor: Actor | None, assembly: "Assembly", path: str, needs: str | None = None) -> list[ShownSpace]:
    """The spaces this person has, the current one marked.

    It is the one whose entry is the longest beginning of the path, else the one of the permission that the page needs.
    """
    if actor is None:
        return []
    spaces = [(space, _entries(space, actor, assembly)) for space in SPACES]
    spaces = [(space, entries) for space, entries in spaces if entries]
    path = next((assembly.url(route) for also, route in _elsewhere(assembly) if _under(also, path)), path)
    here = _nearest([url for _space, entries in spaces for _label, url, _icon in entries], path)
    current = next((s.code for s, entries in spaces if any(url == here for _l, url, _i in entries)), None)
    current = current or _of_permission([space for space, _entries in spaces], needs)
    return [
        ShownSpace(
            _(space.label),
            entries[0][1],
            space.code == current,
            tuple(ShownEntry(label, url, icon, url == here) for label, url, icon in entries),
        )
        for space, entries in spaces
    ]


def _of_permission(spaces: Sequence[Space], needs: str | None) -> str | None:
    """The space where the page stands that needs this; the first one when that is not hers."""
    if needs not in {PUBLIC, SIGNED_IN}:
        whose = {right: space.code for space in SPACES for right in space.rights}
        code = whose[max((right for right in whose if str(needs).startswith(right)), key=len)]
        if code in {space.code for space in spaces}:
            return code
    return next((space.code for space in spaces), None)


def _elsewhere(assembly: "Assembly") -> Iterator[tuple[str, str]]:
    """Beginnings of paths that belong to an entry whose own address is another."""
    yield from ((entry.also, entry.route) for space in SPACES for entry in space.entries if entry.also)
    yield from ((kind.terms.split("{")[0], "offers") for kind in assembly.kinds if kind.terms)


def _entries(space: Space, actor: Actor, assembly: "Assembly") -> list[tuple[str, str, str]]:
    url = assembly.url
    mine = [(_(e.label), url(e.route), e.icon) for e in space.entries if actor.can_somewhere(e.needs)]
    added = [
        (item.label, item.url, item.icon)
        for item in sorted(assembly.menu, key=lambda item: item.order)
        if item.space == space.code and actor.can_somewhere(item.permission)
    ]
    return mine + added


def _nearest(urls: list[str], path: str) -> str | None:
    return max((url for url in urls if _under(url, path)), key=len, default=None)


def _under(beginning: str, path: str) -> bool:
    return path == beginning or path.startswith(beginning.rstrip("/") + "/")
