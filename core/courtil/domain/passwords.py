"""What makes a password acceptable: length, and not one that everybody tries first."""

from courtil.domain.words import _

SHORTEST = 8
LONGEST = 256

COMMON = frozenset(
    """
    12345678 123456789 1234567890 00000000 11111111 87654321 azertyui azerty123 azertyuiop qwertyui qwerty123
    qwertyuiop password password1 motdepasse motdepasse1 bonjour1 bonjour123 soleil123 doudou123 chouchou loulou123
    marseille paris2024 paris2025 france98 football amapamap amap2024 amap2025 amap2026 panierbio legumes1 bienvenue
    bienvenue1 changeme changezmoi iloveyou jetaime1 princesse camille1 nicolas1 superman batman123 trustno1 welcome1
    letmein1 abcd1234 abc12345 a1b2c3d4 1q2w3e4r 1qaz2wsx qazwsxedc 11223344 12341234 123123123 987654321 sunshine
    """.split()
)


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
