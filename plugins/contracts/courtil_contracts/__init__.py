"""Contracts in every form: rhythms, rules, payment plans and sheets, beyond the same basket each time."""

from courtil.api import API, KeptData, Plugin

plugin = Plugin(
    name="contracts",
    package=__name__,
    label="Contrats en tout genre",
    summary="Quantités par date, unités, comptes, parts, règles, échéanciers, feuilles de ferme.",
    settings="courtil_contracts.settings:Settings",
    api=f">={API}",
    licence="AGPL-3.0-or-later",
    author="Les contributrices et contributeurs de Courtil",
    source="Livré avec Courtil",
    personal_data=(
        KeptData(
            what="Absences, reports, dons et paniers confiés à un autre foyer, et qui les a saisis",
            purpose="Apporter ce qui est pris, savoir qui prend quel panier, et ce que chacun doit",
            kept="Aussi longtemps que le contrat ; qui a saisi et le mot qui accompagne, jusqu’à l’effacement",
        ),
        KeptData(
            "Qui a envoyé un contrat vierge à la ferme, qui l’a approuvé, et son mot.",
            "Ouvrir des contrats sur lesquels la ferme et l’AMAP s’accordent.",
            basis="Contrat.",
            kept="Autant que le contrat.",
            readers="La coordination et la ferme.",
        ),
        KeptData(
            "Quels foyers partagent un panier, qui l’a demandé ou noté, et l’adresse écrite pour le demander.",
            "Savoir qui vient, qui signe et quelle part chacun paie.",
            basis="Contrat.",
            kept="Autant que le contrat ; l’adresse, jusqu’à la réponse.",
            readers="Les deux foyers, la coordination et la ferme.",
        ),
        KeptData(
            "À quel foyer un contrat qui se clôt a été rappelé.",
            "Ne le rappeler qu’une fois.",
            basis="Intérêt légitime.",
            kept="Autant que le contrat.",
            readers="Personne.",
        ),
    ),
)
