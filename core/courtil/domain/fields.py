"""Types of what people type: French amounts, dates and hours, one-line and long texts, addresses, phones."""

import re
import unicodedata
from datetime import date, datetime, time
from typing import Annotated, Any

import phonenumbers
from email_validator import EmailNotValidError, validate_email
from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, StringConstraints
from pydantic_core import PydanticCustomError

from courtil.domain.money import parse_cents
from courtil.domain.words import N_

_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u202a-\u202e\u2066-\u2069]")


class FormModel(BaseModel):
    """What a form or a command hands to a service: unknown fields are ignored, never assigned."""

    model_config = ConfigDict(extra="ignore", frozen=True)


def refuse(message: str) -> PydanticCustomError:
    """An error whose message is shown as it stands."""
    return PydanticCustomError("courtil", "{message}", {"message": message})


def _clean(value: object) -> object:
    return _CONTROL.sub("", unicodedata.normalize("NFC", value)) if isinstance(value, str) else value


def _one_line(value: str) -> str:
    return " ".join(value.split())


def _blank_to_none(value: object) -> object:
    return None if isinstance(value, str) and not value.strip() else value


def _cents(value: object) -> object:
    if not isinstance(value, str):
        return value
    try:
        cents = parse_cents(value)
    except ValueError as error:
        raise refuse(N_("Écrivez un montant en euros, par exemple 12,50.")) from error
    return cents


def _not_negative(value: int) -> int:
    if value < 0:
        raise refuse(N_("Ce montant ne peut pas être négatif."))
    return value


def _positive(value: int) -> int:
    if value <= 0:
        raise refuse(N_("Le montant doit dépasser zéro."))
    return value


def _date(value: object) -> object:
    if not isinstance(value, str):
        return value
    text = value.strip()
    for pattern in ("%Y-%m-%d", "%d/%m/%Y", "%d/%m/%y", "%d.%m.%Y", "%d-%m-%Y"):
        try:
            return datetime.strptime(text, pattern).date()  # noqa: DTZ007  (a date has no zone)
        except ValueError:
            continue
    raise refuse(N_("Écrivez une date, par exemple 26/11/2026."))


def _time(value: object) -> object:
    if not isinstance(value, str):
        return value
    found = re.fullmatch(r"([01]?\d|2[0-3])\s*[hH:]\s*([0-5]\d)?(?::\d\d)?", value.strip())
    if not found:
        raise refuse(N_("Écrivez une heure, par exemple 18h30."))
    return time(int(found[1]), int(found[2] or 0))


def _whole(value: object) -> object:
    if not isinstance(value, str):
        return value
    text = re.sub(r"[\s\u00a0\u202f]", "", value)
    if not re.fullmatch(r"-?[0-9]{1,9}", text):
        raise refuse(N_("Écrivez un nombre entier, en chiffres."))
    return int(text)


def _email(value: str) -> str:
    try:
        found = validate_email(value, check_deliverability=False, allow_smtputf8=False)
    except EmailNotValidError as error:
        raise refuse(N_("Cette adresse e-mail n’est pas complète, par exemple nom@exemple.fr.")) from error
    return found.normalized.lower()


def _phone(value: str) -> str:
    if not value:
        return ""
    try:
        number = phonenumbers.parse(value, "FR")
    except phonenumbers.NumberParseException as error:
        raise refuse(N_("Ce numéro de téléphone est illisible, par exemple 06 12 34 56 78.")) from error
    if not phonenumbers.is_possible_number(number):
        raise refuse(N_("Ce numéro de téléphone n’a pas le bon nombre de chiffres."))
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


Line = Annotated[str, BeforeValidator(_clean), AfterValidator(_one_line), StringConstraints(max_length=200)]
"""A text on one line, at most 200 characters."""

Required = Annotated[
    str, BeforeValidator(_clean), AfterValidator(_one_line), StringConstraints(min_length=1, max_length=200)
]  # fmt: skip
"""A text on one line that must be there."""

Text = Annotated[str, BeforeValidator(_clean), StringConstraints(strip_whitespace=True, max_length=20_000)]
"""A longer text."""

Euros = Annotated[int, BeforeValidator(_cents), AfterValidator(_not_negative)]
"""An amount typed in euros, held in cents, not negative."""

SomeEuros = Annotated[int, BeforeValidator(_cents), AfterValidator(_positive)]
"""An amount typed in euros, held in cents, above zero."""

Day = Annotated[date, BeforeValidator(_date)]
Hour = Annotated[time, BeforeValidator(_time)]
Whole = Annotated[int, BeforeValidator(_whole)]
Email = Annotated[str, BeforeValidator(_clean), AfterValidator(_email)]
Phone = Annotated[str, BeforeValidator(_clean), AfterValidator(_phone)]

MaybeDay = Annotated[Day | None, BeforeValidator(_blank_to_none)]
MaybeWhole = Annotated[Whole | None, BeforeValidator(_blank_to_none)]
MaybeEmail = Annotated[Email | None, BeforeValidator(_blank_to_none)]


def search_key(*texts: str) -> str:
    """Lower case, without accents or punctuation, for searching on both databases."""
    flat = unicodedata.normalize("NFKD", " ".join(texts).replace("œ", "oe").replace("Œ", "OE")).casefold()
    kept = "".join(c if c.isalnum() or c in "@._" else " " for c in flat if not unicodedata.combining(c))
    return " ".join(kept.split())[:400]


def typed(value: Any) -> str:
    """What a field shows for a value, such that reading it again gives the value."""
    if value is None:
        return ""
    if isinstance(value, time):
        return value.strftime("%H:%M")
    return value.isoformat() if isinstance(value, date) else str(value)
