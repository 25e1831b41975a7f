"""What an AMAP writes at the end of its mails, with words that are filled in: its own and those of plugins."""

import re
from collections.abc import Callable, Mapping
from typing import cast

from courtil.domain.words import N_, _
from courtil.plugin.payloads import Unit
from courtil.services.settings import AmapSettings, amap_settings
from courtil.services.unit import Reader

_WORD = re.compile(r"\{([a-z0-9_.]+)\}")
_KEPT = "courtil.mail_ending"

Value = Callable[[Reader], str]
OWN: Mapping[str, tuple[str, Value]] = {
    "amap.nom": (N_("le nom de l’AMAP"), lambda reader: amap_settings(reader).name),
    "amap.contact": (N_("son adresse e-mail de contact"), lambda reader: amap_settings(reader).email),
    "amap.commune": (N_("sa commune"), lambda reader: amap_settings(reader).city),
}


def known_words(reader: Reader) -> dict[str, str]:
    """The words that may be written, each with what it is replaced by."""
    added = {f"{plugin}.{one.name}": _(one.says) for plugin, one in reader.hooks.declarations.mail_words}
    return {name: _(says) for name, (says, _value) in OWN.items()} | added


def unknown_words(reader: Reader, text: str) -> list[str]:
    """The words of the text that nobody can fill in."""
    known = known_words(reader)
    return [word for word in dict.fromkeys(_WORD.findall(text)) if word not in known]


def written(unit: Unit) -> str:
    """The end of a mail with its words filled in, once for all the mails of a unit; "" when the AMAP wrote none."""
    kept: dict[str, str] = unit.session.info
    if _KEPT not in kept:
        kept[_KEPT] = fill(cast("Reader", unit), amap_settings(unit))  # every unit is one of ours
    return kept[_KEPT]


def fill(reader: Reader, amap: AmapSettings) -> str:
    """The text with its words replaced; a word whose plugin is off or fails stays out, the mail goes all the same."""
    return _WORD.sub(lambda found: _value_of(reader, found[1]), amap.mail_ending) if amap.mail_ending else ""


def _value_of(reader: Reader, word: str) -> str:
    if word in OWN:
        return OWN[word][1](reader)
    for plugin, one in reader.hooks.declarations.mail_words:
        if f"{plugin}.{one.name}" == word:
            with reader.hooks.drawing(plugin, reader) as may:
                return one.value(reader) if may else ""
    return ""
