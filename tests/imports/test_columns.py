"""A heading says what its column holds, however it is written."""

import pytest

from courtil.imports import LABELS, Field, guess_mapping, signature
from courtil.imports.columns import meaning


@pytest.mark.parametrize(
    ("heading", "field"),
    [
        ("NOM", "last_name"), ("Nom de famille", "last_name"), ("Nom de l'adhérent", "last_name"),
        ("Prénom(s)", "first_name"), ("prenoms", "first_name"), ("Nom et prénom", "full_name_last_first"),
        ("Nom / Prénom", "full_name_last_first"), ("Prénom NOM", "full_name"), ("Adhérent(e)", "full_name"),
        ("E mail", "email"), ("Mail(s)", "email"), ("Adresse e-mail", "email"), ("Courriel", "email"), ("Email 4", "email"),
        ("Tél.", "phone"), ("Tel2", "phone"), ("N° de téléphone", "phone"), ("Téléphone portable", "phone"),
        ("Mobile 1", "phone"), ("Adr", "address"), ("Adresse 2", "address"), ("CP", "postal_code"),
        ("Code Postal", "postal_code"), ("Commune", "city"), ("CP / Ville", "postal_code_and_city"),
        ("État", "active"), ("Statut", "active"), ("N°", "number"), ("Numéro d’adhérent", "number"),
        ("Date d'adhésion", "joined"), ("Cotisation (€)", "fee"), ("Montant (€)", "amount"),
        ("Total à payer\n(hors adhésion)", "total"), ("Remarques", "note"), ("Années d'adhésion", "years"),
        ("Co-adhérent 1", "co_full_name"), ("Coadhérent(s) - sans email", "co_full_name"),
        ("Prénom du conjoint", "co_first_name"), ("Nom 2", "co_last_name"), ("E-mail co-adhérent", "co_email"),
        ("Téléphone du 2e adhérent", "co_phone"), ("Conjoint › Prénom", "co_first_name"),
        ("Contact › Mail", "email"), ("Adhésion › Montant", "fee"), ("Légumes › Montant", "other"),
        ("Newsletter", "other"), ("Recevoir les mails", "other"), ("", "other"), ("01/03/2019", "other"),
    ],
)  # fmt: skip
def test_a_heading_has_its_meaning(heading: str, field: str) -> None:
    assert meaning(heading) == field


def test_a_second_set_of_names_is_the_co_member_s() -> None:
    headings = ("Prénom", "Nom", "E-mail", "Mobile", "Prénom", "Nom", "E-mail", "Mobile", "Adresse 1", "Ville")
    assert guess_mapping(headings).fields[4:] == (
        Field.CO_FIRST_NAME, Field.CO_LAST_NAME, Field.CO_EMAIL, Field.CO_PHONE, Field.ADDRESS, Field.CITY,
    )  # fmt: skip


def test_a_column_nothing_is_known_of_is_listed() -> None:
    headings = ("Nom", "Newsletter", "", "Pointure")
    assert guess_mapping(headings).unknown(headings) == ("Newsletter", "Pointure")


def test_the_person_s_choice_replaces_the_guess() -> None:
    mapping = guess_mapping(("Qui", "Nom")).changed({0: Field.FIRST_NAME, 1: Field.IGNORED})
    assert mapping.fields == (Field.FIRST_NAME, Field.IGNORED)
    assert mapping.names_people
    assert not guess_mapping(("Ville",)).names_people


def test_the_signature_is_the_same_for_the_same_headings_and_only_for_them() -> None:
    assert signature(("Prénom", "E-mail")) == signature(("PRENOM ", "e mail"))
    assert len({signature(("Nom", "Ville")), signature(("Ville", "Nom")), signature(("Nom", "Ville", "CP"))}) == 3


def test_every_meaning_has_a_label_to_show() -> None:
    assert set(LABELS) == set(Field)
