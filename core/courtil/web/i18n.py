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
def catalogue(language: str, plugins: tuple[Path, ...] = ()) -> NullTranslations:
    """The messages of a language: the core's, then those of plugins; French is the source and needs no catalogue."""
    if language == "fr":
        return FRENCH
    read = [_read(language, path) for folder in (FOLDER, *plugins) if (path := folder / f"{language}.po").exists()]
    if not read:
        return FRENCH
    for one, following in zip(read, (*read[1:], FRENCH), strict=True):
        one.add_fallback(following)
    return read[0]


def _read(language: str, path: Path) -> Translations:
    with path.open("rb") as file:
        messages = read_po(file, locale=language)
    compiled = BytesIO()
    write_mo(compiled, messages)
    compiled.seek(0)
    return Translations(compiled)


def chosen(header: str, configured: str = "") -> str:
    """The language to answer in: the instance's, else French unless the browser puts another one of ours first."""
    if configured in LANGUAGES:
        return configured
    first = re.split("[,;-]", header, maxsplit=1)[0].strip().lower()
    return first if first in LANGUAGES else "fr"


def speak(language: str, plugins: tuple[Path, ...] = ()) -> AbstractContextManager[object]:
    """Answer in this language inside the block, with the words of these plugins' folders."""
    return spoken(catalogue(language, plugins))
