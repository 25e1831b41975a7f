"""Which licences a plugin may have beside AGPL-3.0-or-later."""

import pytest
from packaging.licenses import canonicalize_license_expression

from courtil.plugin.licences import COMPATIBLE, incompatible


@pytest.mark.parametrize(
    "expression",
    [
        "AGPL-3.0-or-later",
        "MIT",
        "mit",
        "GPL-2.0+",
        "GPL-3.0-or-later WITH Classpath-exception-2.0",
        "MIT AND Apache-2.0",
        "MIT OR GPL-2.0-only",
        "GPL-2.0-only OR MIT",
        "(GPL-2.0-only OR MIT) AND BSD-3-Clause",
        "GPL-2.0-only AND CDDL-1.0 OR MIT",
        "MIT AND (BUSL-1.1 OR (EUPL-1.2 AND ISC))",
    ],
)
def test_what_may_be_combined(expression: str) -> None:
    assert incompatible(expression) == ""


@pytest.mark.parametrize(
    ("expression", "refused"),
    [
        ("GPL-2.0-only", "GPL-2.0-only"),
        ("gpl-2.0-only", "GPL-2.0-only"),
        ("MIT AND CDDL-1.0", "CDDL-1.0"),
        ("MIT OR Apache-2.0 AND CDDL-1.0", ""),
        ("GPL-2.0-only AND CDDL-1.0", "GPL-2.0-only and CDDL-1.0"),
        ("BUSL-1.1 OR SSPL-1.0", "BUSL-1.1"),
        ("MIT AND (GPL-2.0-only OR CC-BY-NC-4.0)", "GPL-2.0-only"),
        ("LicenseRef-Maison", "LicenseRef-Maison"),
    ],
)
def test_what_may_not_be_combined(expression: str, refused: str) -> None:
    assert incompatible(expression) == (f"{refused} may not be combined with AGPL-3.0-or-later" if refused else "")


@pytest.mark.parametrize("expression", ["", "  "])
def test_without_a_licence_nobody_may_use_it(expression: str) -> None:
    assert incompatible(expression).startswith("no licence is given")


@pytest.mark.parametrize("expression", ["libre", "MIT OR", "(MIT", "MIT Apache-2.0", "GPL version 3"])
def test_what_is_no_spdx_expression_says_so(expression: str) -> None:
    assert incompatible(expression) == f"{expression!r} is not an SPDX expression, as AGPL-3.0-or-later is"


def test_every_identifier_of_the_table_is_spdx() -> None:
    assert {canonicalize_license_expression(one) for one in COMPATIBLE} == COMPATIBLE
