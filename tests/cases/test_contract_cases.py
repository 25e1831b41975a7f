"""Real contract terms, made into offers and subscriptions through the services, against the figures that they state.

Offers are of the kinds of the plugin of contracts. Each case passes, fails, or is skipped with the rule it misses;
`COURTIL_CASES=<folder>` runs another folder of the same form. Amounts are read as cents whatever the currency: a
price in francs or dollars is the same number of cents. Worked examples of the cases are asked too, when they name
something that a contract has.
"""

import os
from contextlib import suppress
from decimal import Decimal
from pathlib import Path

import pytest

from cases import contract_oracle, contract_terms
from cases.contract_amounts import NotExpressible
from cases.contract_questions import check
from cases.contract_season import Season
from courtil.plugin.registry import Registry
from courtil.services import plugins, settings
from courtil.services.instance import Instance
from courtil_contracts import plugin
from courtil_contracts.settings import Settings

FOLDER = Path(os.environ.get("COURTIL_CASES") or Path(__file__).parent / "contracts")
CASES = sorted(FOLDER.glob("*.yaml"))


@pytest.fixture(scope="module")
def registry() -> Registry:
    """The plugin of contracts, and no other; checked once for all cases."""
    return Registry.of([plugin])


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_case(path: Path, instance: Instance) -> None:
    plugins.switch_on(instance, "contracts")
    with instance.working() as unit:
        settings.write(unit, "contracts", Settings(asks_farm=False))
    season = Season(instance, contract_terms.read(path))
    season.open()
    for offer in season.offers:
        assert season.sign(season.fullest(offer)).payments
    missing = []
    for item in season.published.expected:
        try:
            check(season, item)
        except NotExpressible as error:
            missing.append(str(error))
    for item in season.published.worked:
        with suppress(NotExpressible):
            check(season, item)
    if missing:
        pytest.skip("not expressible: " + "; ".join(dict.fromkeys(missing)))


def test_the_folder_has_cases() -> None:
    assert CASES


def test_a_formula_is_read_exactly() -> None:
    assert contract_oracle.value_of("2*62.00+1*61.50") == Decimal("185.50")
    assert contract_oracle.value_of("3*6.84*10") == Decimal("205.20")
    assert contract_oracle.value_of("30.00+4*(15.00+1.50)") == Decimal("96.00")
    assert contract_oracle.value_of("(22.50+4.00)/10") == Decimal("2.65")
    with pytest.raises(contract_oracle.Unreadable):
        contract_oracle.terms_of("max(1, 2)")
