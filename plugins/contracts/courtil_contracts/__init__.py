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
            "Qui a demandé et accepté chaque avenant d’un contrat signé, quand et comment.",
            "Prouver ce que le foyer et la ferme ont changé d’un commun accord.",
            basis="Contrat, et la loi qui demande de le garder.",
            kept="Autant que le contrat ; ni changé ni effacé, comme les signatures.",
            readers="Le foyer, la ferme et la coordination.",
        ),
        KeptData(
            "Les paiements qu’un foyer a écrits, sa commande d’office, et qui les a saisis.",
            "Payer comme convenu, commander sans y penser.",
            basis="Contrat.",
            kept="Autant que le contrat ; qui a saisi, jusqu’à l’effacement.",
            readers="Le foyer et la coordination.",
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
        KeptData(
            "Le scan d’un contrat signé sur papier, et qui l’a joint.",
            "Prouver ce que les deux parties ont signé.",
            basis="Contrat.",
            kept="Autant que le contrat ; qui l’a joint, jusqu’à l’effacement.",
            readers="Le foyer, la coordination et la ferme.",
        ),
        KeptData(
            "L’adresse secrète du calendrier que quelqu’un a demandée.",
            "Voir ses paniers, ou ses livraisons, dans le calendrier de son téléphone.",
            basis="Demande de la personne.",
            kept="Jusqu’à ce qu’elle la retire, ou jusqu’à l’effacement.",
            readers="Elle seule.",
        ),
    ),
)
