"""Contracts in every form: rhythms, rules, payment plans and sheets, beyond the same basket each time."""

from courtil.api import API, KeptData, Plugin

plugin = Plugin(
    name="contracts",
    package=__name__,
    label="Contrats en tout genre",
    summary="Quantités par date, unités, comptes, parts, règles, échéanciers, feuilles de ferme.",
    api=f">={API}",
    licence="AGPL-3.0-or-later",
    author="Les contributrices et contributeurs de Courtil",
    source="https://exemple.fr/courtil",
    personal_data=(
        KeptData(
            what="Absences, reports, dons et paniers confiés à un autre foyer, et qui les a saisis",
            purpose="Apporter ce qui est pris, savoir qui prend quel panier, et ce que chacun doit",
            kept="Aussi longtemps que le contrat ; qui a saisi et le mot qui accompagne, jusqu’à l’effacement",
        ),
    ),
)
