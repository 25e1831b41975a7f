"""Pages of the in-app help: one for each feature of the plugin."""

from courtil.api import N_, HelpPage

HELP = (
    HelpPage(
        code="modalites",
        title=N_("Les modalités d’un contrat"),
        says=N_("Façons de choisir, règles, paiements, accord de la ferme."),
        template="contracts/help_terms.html",
    ),
    HelpPage(
        code="changer",
        title=N_("Changer une livraison"),
        says=N_("Absence, report, don, panier cédé, après la signature."),
        template="contracts/help_changes.html",
    ),
    HelpPage(
        code="feuilles",
        title=N_("Feuilles, formulaires et archive"),
        says=N_("Ce qui s’imprime pour la ferme, le soir et dix ans."),
        template="contracts/help_sheets.html",
    ),
    HelpPage(
        code="compte",
        title=N_("Commander sur un compte"),
        says=N_("Verser d’avance, puis commander date par date."),
        template="contracts/help_account.html",
    ),
    HelpPage(
        code="calendrier",
        title=N_("Mon calendrier"),
        says=N_("Vos dates dans le calendrier du téléphone."),
        template="contracts/help_calendar.html",
    ),
)
