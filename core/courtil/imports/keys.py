"""Comparison keys: the same word typed with or without accents, capitals and punctuation."""

import re
import unicodedata
from functools import lru_cache

_NOT_WORD = re.compile(r"[^0-9a-z]+")
_LIGATURES = str.maketrans({"œ": "oe", "æ": "ae", "ø": "o", "ł": "l", "đ": "d", "ı": "i"})


@lru_cache(maxsize=65_536)
def key(text: str) -> str:
    """Lower case, no accents, one space for any run of other signs: `L’Haÿ-les-Roses` gives `l hay les roses`."""
    if text.isascii():
        return _NOT_WORD.sub(" ", text.lower()).strip()
    letters = unicodedata.normalize("NFKD", text.casefold().translate(_LIGATURES))
    return _NOT_WORD.sub(" ", "".join(letter for letter in letters if not unicodedata.combining(letter))).strip()
