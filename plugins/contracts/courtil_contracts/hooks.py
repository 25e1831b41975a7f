"""What the plugin adds to the core."""

from courtil.api import ContractKind, Draft, PageRoute, PaymentPlan, Reader, hook
from courtil_contracts import tables
from courtil_contracts.services.plans import plans_of
from courtil_contracts.web.kinds import KINDS
from courtil_contracts.web.terms import contracts_set_terms, contracts_terms

__all__ = ["tables"]


@hook
def contract_kinds() -> list[ContractKind]:
    """Rhythms, quantities by date, prepaid accounts."""
    return list(KINDS)


@hook
def payment_plans(draft: Draft, reader: Reader) -> list[PaymentPlan] | None:
    """The plans that the terms of the offer propose."""
    return plans_of(draft, reader)


@hook
def routes() -> list[PageRoute]:
    """Pages of the plugin."""
    return [PageRoute(page=one) for one in (contracts_terms, contracts_set_terms)]
