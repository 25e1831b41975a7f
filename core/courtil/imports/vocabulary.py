"""What a column may hold, and the headings AMAPs give it."""

from enum import StrEnum

from courtil.domain.words import N_


class Field(StrEnum):
    """The meaning of a column; several columns may share one (four e-mails, two address lines)."""

    LAST_NAME = "last_name"
    FIRST_NAME = "first_name"
    FULL_NAME = "full_name"
    FULL_NAME_LAST_FIRST = "full_name_last_first"
    EMAIL = "email"
    PHONE = "phone"
    CO_LAST_NAME = "co_last_name"
    CO_FIRST_NAME = "co_first_name"
    CO_FULL_NAME = "co_full_name"
    CO_EMAIL = "co_email"
    CO_PHONE = "co_phone"
    ADDRESS = "address"
    POSTAL_CODE = "postal_code"
    CITY = "city"
    POSTAL_CODE_AND_CITY = "postal_code_and_city"
    ACTIVE = "active"
    NUMBER = "number"
    ROLE = "role"
    INTERMITTENT = "intermittent"
    JOINED = "joined"
    CREATED = "created"
    YEARS = "years"
    FEE = "fee"
    AMOUNT = "amount"
    TOTAL = "total"
    NOTE = "note"
    OTHER = "other"
    """Not known: listed to the person and kept under its heading."""
    IGNORED = "ignored"
    """The person chose to leave it out."""


LABELS: dict[Field, str] = {
    Field.LAST_NAME: N_("Nom"),
    Field.FIRST_NAME: N_("Prénom"),
    Field.FULL_NAME: N_("Prénom et nom"),
    Field.FULL_NAME_LAST_FIRST: N_("Nom et prénom"),
    Field.EMAIL: N_("E-mail"),
    Field.PHONE: N_("Téléphone"),
    Field.CO_LAST_NAME: N_("Nom du co-adhérent"),
    Field.CO_FIRST_NAME: N_("Prénom du co-adhérent"),
    Field.CO_FULL_NAME: N_("Co-adhérent, prénom et nom"),
    Field.CO_EMAIL: N_("E-mail du co-adhérent"),
    Field.CO_PHONE: N_("Téléphone du co-adhérent"),
    Field.ADDRESS: N_("Adresse"),
    Field.POSTAL_CODE: N_("Code postal"),
    Field.CITY: N_("Ville"),
    Field.POSTAL_CODE_AND_CITY: N_("Code postal et ville"),
    Field.ACTIVE: N_("Actif ou inactif"),
    Field.NUMBER: N_("Numéro d’adhérent"),
    Field.ROLE: N_("Rôle"),
    Field.INTERMITTENT: N_("Intermittent"),
    Field.JOINED: N_("Date d’adhésion"),
    Field.CREATED: N_("Date de création"),
    Field.YEARS: N_("Années d’adhésion"),
    Field.FEE: N_("Montant de l’adhésion"),
    Field.AMOUNT: N_("Montant"),
    Field.TOTAL: N_("Total"),
    Field.NOTE: N_("Remarque"),
    Field.OTHER: N_("Autre information, gardée telle quelle"),
    Field.IGNORED: N_("Ne pas importer"),
}

# Headings without accents, articles and plurals (see `columns.phrase`).
WORDS: dict[Field, tuple[str, ...]] = {
    Field.LAST_NAME: ("nom", "nom famille", "nom usage", "nom adherent", "nom amapien", "nom foyer", "patronyme",
                      "last name", "lastname", "surname", "adherent nom", "nom membre"),
    Field.FIRST_NAME: ("prenom", "prenom usuel", "prenom adherent", "prenom amapien", "first name", "firstname",
                       "adherent prenom", "prenom membre"),
    Field.FULL_NAME: ("prenom nom", "prenom et nom", "adherent", "amapien", "membre", "foyer", "famille", "personne",
                      "consommateur", "mangeur", "name", "nom complet", "coordonnee"),
    Field.FULL_NAME_LAST_FIRST: ("nom prenom", "nom et prenom", "nom prenom adherent", "nom et prenom adherent"),
    Field.EMAIL: ("email", "mail", "adresse mail", "adresse email", "adresse electronique", "courriel", "mel",
                  "adresse courriel", "contact mail", "email adherent", "mail adherent"),
    Field.PHONE: ("telephone", "tel", "portable", "mobile", "fixe", "tel portable", "tel mobile", "tel fixe", "phone",
                  "telephone portable", "telephone mobile", "telephone fixe", "numero telephone",
                  "n telephone", "n tel", "gsm", "tel domicile", "telephone domicile", "contact tel", "tel adherent",
                  "telephone adherent"),
    Field.ADDRESS: ("adresse", "adr", "adresse postale", "rue", "adresse rue", "voie", "address", "domicile",
                    "complement adresse", "adresse complement", "complement", "numero et rue", "n et rue"),
    Field.POSTAL_CODE: ("code postal", "cp", "code post", "c p", "zip", "zip code", "postal code", "adresse cp"),
    Field.CITY: ("ville", "commune", "localite", "city", "adresse ville"),
    Field.POSTAL_CODE_AND_CITY: ("cp ville", "code postal ville", "code postal et ville", "cp et ville", "cp commune"),
    Field.ACTIVE: ("actif", "statut", "etat", "actif inactif", "active", "status"),
    Field.NUMBER: ("n", "numero", "n adherent", "numero adherent", "num", "num adherent", "id", "identifiant", "no"),
    Field.ROLE: ("role", "fonction"),
    Field.INTERMITTENT: ("intermittent",),
    Field.JOINED: ("date adhesion", "adhesion le", "adherent depui", "date entree", "entree le", "date inscription",
                   "inscrit le", "adhesion date", "depui", "membre depui", "arrivee"),
    Field.CREATED: ("date creation", "cree le", "creation"),
    Field.YEARS: ("annee adhesion", "annee", "saison adhesion"),
    Field.FEE: ("cotisation", "montant adhesion", "adhesion montant", "montant cotisation", "cotisation montant",
                "adhesion payee", "prix adhesion"),
    Field.AMOUNT: ("montant", "somme", "montant paye", "montant verse"),
    Field.TOTAL: ("total", "total a payer", "montant total", "total du", "a payer"),
    Field.NOTE: ("remarque", "commentaire", "note", "observation", "divers", "info", "information"),
}  # fmt: skip

CO_FIELDS: dict[Field, Field] = {
    Field.LAST_NAME: Field.CO_LAST_NAME,
    Field.FIRST_NAME: Field.CO_FIRST_NAME,
    Field.FULL_NAME: Field.CO_FULL_NAME,
    Field.FULL_NAME_LAST_FIRST: Field.CO_FULL_NAME,
    Field.EMAIL: Field.CO_EMAIL,
    Field.PHONE: Field.CO_PHONE,
}

NAMES = frozenset({Field.LAST_NAME, Field.FIRST_NAME, Field.FULL_NAME, Field.FULL_NAME_LAST_FIRST})
WHEREABOUTS = frozenset({Field.EMAIL, Field.PHONE, Field.ADDRESS, Field.POSTAL_CODE, Field.CITY})
UNDER_ANY_HEADING = NAMES | WHEREABOUTS | {Field.POSTAL_CODE_AND_CITY}
"""What a sub-heading says by itself, whatever stands above it; `Montant` under `Légumes` says nothing alone."""
