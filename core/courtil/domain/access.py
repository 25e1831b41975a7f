"""Who may do what: permissions, the roles an AMAP starts with, and the actor of a request."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from courtil.domain.words import N_

MEMBER = "member"
"""The role that every person of a household holds without being given it."""

PUBLIC = None
"""What a page needs that everybody may open."""

SIGNED_IN = "signed-in"
"""What a page needs that every signed-in person has: her own account."""


@dataclass(frozen=True)
class Permission:
    """A right named `area.verb`; `scoped` rights may be held for one farm only."""

    name: str
    label: str
    roles: tuple[str, ...] = ()
    scoped: bool = False


@dataclass(frozen=True)
class RoleKind:
    """A role every AMAP starts with; the AMAP may rename it and change what it allows."""

    code: str
    label: str
    scoped: bool = False


ROLES = (
    RoleKind(MEMBER, N_("Amapien·ne")),
    RoleKind("distribution", N_("Permanence")),
    RoleKind("referent", N_("Référent·e"), scoped=True),
    RoleKind("treasurer", N_("Trésorerie")),
    RoleKind("administrator", N_("Administration")),
    RoleKind("farmer", N_("Paysan·ne"), scoped=True),
)

PERMISSIONS = (
    Permission("self.read", N_("Voir ses paniers, ses contrats et ses paiements"), ("member", "administrator")),
    Permission("self.subscribe", N_("Souscrire et signer un contrat"), ("member", "administrator")),
    Permission("distributions.read", N_("Voir les distributions et les feuilles du soir"),
               ("distribution", "referent", "treasurer", "administrator")),
    Permission("people.read", N_("Voir les personnes et les foyers"), ("referent", "treasurer", "administrator")),
    Permission("people.write", N_("Modifier et importer les personnes"), ("administrator",)),
    Permission("farms.read", N_("Voir les fermes et leurs produits"),
               ("referent", "treasurer", "administrator", "farmer"), scoped=True),
    Permission("farms.write", N_("Modifier les fermes et leurs produits"), ("referent", "administrator"), scoped=True),
    Permission("calendar.write", N_("Créer les lieux et les saisons"), ("administrator",)),
    Permission("offers.read", N_("Voir les contrats vierges"), ("referent", "treasurer", "administrator"), scoped=True),
    Permission("offers.write", N_("Préparer, ouvrir et clore les contrats vierges"),
               ("referent", "administrator"), scoped=True),
    Permission("contracts.read", N_("Voir les contrats des foyers"),
               ("referent", "treasurer", "administrator"), scoped=True),
    Permission("contracts.write", N_("Saisir et résilier des contrats pour un foyer"),
               ("referent", "administrator"), scoped=True),
    Permission("contracts.countersign", N_("Contresigner au nom de la ferme"), ("farmer",), scoped=True),
    Permission("deliveries.write", N_("Déplacer ou annuler une livraison"), ("referent", "administrator"), scoped=True),
    Permission("payments.read", N_("Voir les paiements"), ("referent", "treasurer", "administrator"), scoped=True),
    Permission("payments.write", N_("Noter les paiements"), ("referent", "treasurer", "administrator"), scoped=True),
    Permission("farm_space.read", N_("Voir l’espace de sa ferme"), ("farmer",), scoped=True),
    Permission("settings.write", N_("Changer les réglages et les droits"), ("administrator",)),
    Permission("log.read", N_("Lire le journal"), ("administrator",)),
)  # fmt: skip


SCOPED = frozenset(permission.name for permission in PERMISSIONS if permission.scoped)


def is_own(permission: str) -> bool:
    """Whether the right is about what is one's own: `self.read` on a contract means her household's."""
    return permission.startswith("self.")


@dataclass(frozen=True)
class Grant:
    """A permission held by a person, for every farm or for one."""

    permission: str
    farm_id: int | None = None


@dataclass(frozen=True)
class Actor:
    """The signed-in person and what she may do."""

    person_id: int
    name: str
    household_id: int | None = None
    grants: frozenset[Grant] = field(default_factory=frozenset)
    session_id: int | None = None
    unseen: bool = False
    """Whether the session's last use was noted too long ago."""
    issuer: str = ""
    """Who vouches for her when no session of ours does."""

    def can(self, permission: str, farm_id: int | None = None) -> bool:
        """Whether the right is held everywhere, or for this farm."""
        return Grant(permission) in self.grants or (farm_id is not None and Grant(permission, farm_id) in self.grants)

    def can_somewhere(self, permission: str) -> bool:
        """Whether the right is held for at least one farm: enough to open a list."""
        return any(grant.permission == permission for grant in self.grants)

    def farms(self, permission: str) -> frozenset[int] | None:
        """The farms for which the right is held; None means every farm."""
        if Grant(permission) in self.grants:
            return None
        return frozenset(g.farm_id for g in self.grants if g.permission == permission and g.farm_id is not None)


def grants_of(roles: Iterable[tuple[Iterable[str], int | None]], scoped: frozenset[str]) -> frozenset[Grant]:
    """Grants given by (permissions of a role, farm) pairs.

    A role held for one farm gives its scoped permissions for that farm and the others everywhere.
    """
    return frozenset(
        Grant(name, farm_id if name in scoped else None) for permissions, farm_id in roles for name in permissions
    )
