"""Languages: catalogues read from `.po` files at start, one per request."""

import re
from contextlib import AbstractContextManager
from functools import cache
from gettext import NullTranslations
from io import BytesIO
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import Translations

from courtil.domain.words import FRENCH, spoken

FOLDER = Path(__file__).parent.parent / "locale"
LANGUAGES = ("fr", "en")


@cache
def catalogue(language: str, folder: Path = FOLDER) -> NullTranslations:
    """The messages of a language; French is the source and needs no catalogue."""
    path = folder / f"{language}.po"
    if language == "fr" or not path.exists():
        return FRENCH
    with path.open("rb") as file:
        messages = read_po(file, locale=language)
    compiled = BytesIO()
    write_mo(compiled, messages)
    compiled.seek(0)
    translations = Translations(compiled)
    translations.add_fallback(FRENCH)
    return translations


def chosen(header: str, configured: str = "") -> str:
    """The language to answer in: the instance's, else French unless the browser puts another one of ours first."""
    if configured in LANGUAGES:
        return configured
    first = re.split("[,;-]", header, maxsplit=1)[0].strip().lower()
    return first if first in LANGUAGES else "fr"


def speak(language: str) -> AbstractContextManager[object]:
    """Answer in this language inside the block."""
    return spoken(catalogue(language))
