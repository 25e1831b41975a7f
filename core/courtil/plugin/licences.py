"""Which licences a plugin may have: it runs in one program with Courtil, which is under AGPL-3.0-or-later."""

import re

from packaging.licenses import InvalidLicenseExpression, canonicalize_license_expression

OURS = "AGPL-3.0-or-later"
COMPATIBLE = frozenset({
    "0BSD", "AGPL-3.0", "AGPL-3.0-only", "AGPL-3.0-or-later", "Apache-2.0", "Artistic-2.0", "BSD-2-Clause",
    "BSD-3-Clause", "BSL-1.0", "CC0-1.0", "CECILL-2.1", "ECL-2.0", "EUPL-1.2", "GPL-2.0+", "GPL-2.0-or-later",
    "GPL-3.0", "GPL-3.0-only", "GPL-3.0-or-later", "ISC", "LGPL-2.1", "LGPL-2.1-only", "LGPL-2.1-or-later", "LGPL-3.0",
    "LGPL-3.0-only", "LGPL-3.0-or-later", "MIT", "MIT-0", "MPL-2.0", "NCSA", "PSF-2.0", "PostgreSQL", "Python-2.0.1",
    "UPL-1.0", "Unicode-3.0", "Unlicense", "W3C", "WTFPL", "X11", "Zlib",
})  # fmt: skip
"""SPDX identifiers of licences whose code may be combined with ours: the FSF's list of what goes with GPL 3, and what
the texts of CeCILL 2.1 and EUPL 1.2 say themselves."""

_TOKEN = re.compile(r"[()]|[^\s()]+")


def incompatible(expression: str) -> str:
    """Why code under this SPDX expression may not be combined with Courtil; empty when it may."""
    if not expression.strip():
        return "no licence is given: without one nobody may use or share the plugin"
    try:
        tokens = _TOKEN.findall(canonicalize_license_expression(expression))
    except InvalidLicenseExpression:
        return f"{expression!r} is not an SPDX expression, as AGPL-3.0-or-later is"
    refused = _any_of(tokens)
    return f"{' and '.join(dict.fromkeys(refused))} may not be combined with {OURS}" if refused else ""


def _any_of(tokens: list[str]) -> list[str]:
    """Takes `… OR …` off the tokens: what is refused of the first choice, nothing when one of them may be taken."""
    choices = [_all_of(tokens)]
    while tokens[:1] == ["OR"]:
        tokens.pop(0)
        choices.append(_all_of(tokens))
    return min(choices, key=bool)


def _all_of(tokens: list[str]) -> list[str]:
    """Takes `… AND …` off the tokens: whatever is refused of its parts."""
    refused = _one(tokens)
    while tokens[:1] == ["AND"]:
        tokens.pop(0)
        refused += _one(tokens)
    return refused


def _one(tokens: list[str]) -> list[str]:
    """Takes a licence or a pair of brackets off the tokens; an exception only permits more than its licence."""
    word = tokens.pop(0)
    if word == "(":
        inside = _any_of(tokens)
        tokens.pop(0)
        return inside
    if tokens[:1] == ["WITH"]:
        del tokens[:2]
    return [] if {word, word.removesuffix("+")} & COMPATIBLE else [word]
