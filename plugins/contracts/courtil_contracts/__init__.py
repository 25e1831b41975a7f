"""Contracts in every form: rhythms, rules, payment plans and sheets, beyond the same basket each time."""

from courtil.api import API, Plugin

plugin = Plugin(
    name="contracts",
    package=__name__,
    label="Contrats en tout genre",
    summary="Quantités par date, unités, comptes, parts, règles, échéanciers, feuilles de ferme.",
    api=f">={API}",
    licence="AGPL-3.0-or-later",
    author="Les contributrices et contributeurs de Courtil",
    source="https://exemple.fr/courtil",
)
