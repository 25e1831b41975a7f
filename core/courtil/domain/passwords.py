"""What makes a password acceptable: length, and not one that everybody tries first."""

from zxcvbn.frequency_lists import FREQUENCY_LISTS

from courtil.domain.words import _

SHORTEST = 8
LONGEST = 256

COMMON = frozenset(FREQUENCY_LISTS["passwords"][:3000]) | {
    "azertyui", "azerty123", "azertyuiop", "motdepasse", "motdepasse1", "bonjour1", "bonjour123", "soleil123",
    "doudou123", "loulou123", "chouchou", "marseille", "france98", "amapamap", "panierbio", "legumes1", "bienvenue",
    "bienvenue1", "changezmoi", "jetaime1", "princesse",
}  # fmt: skip
"""What everybody tries first: the 3,000 commonest, and French ones."""


def password_problem(password: str, amap_name: str = "") -> str | None:
    """Why this password is refused, or None."""
    plain = password.casefold().strip()
    if len(password) < SHORTEST:
        return _("Choisissez au moins 8 caractères ; une phrase de quatre mots est parfaite.")
    if len(password) > LONGEST:
        return _("Choisissez au plus 256 caractères.")
    own = "".join(c for c in amap_name.casefold() if c.isalnum())
    if plain in COMMON or len(set(plain)) < 4 or (own and plain.rstrip("0123456789!. ") in {own, amap_name.casefold()}):
        return _("Ce mot de passe est trop courant. Quatre mots au hasard font mieux.")
    return None
