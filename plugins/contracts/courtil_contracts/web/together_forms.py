"""What households do together, as the page of terms asks for it."""

from typing import Any

from pydantic import Field

from courtil.api import N_, FormModel
from courtil_contracts.domain.terms import Terms


class TogetherData(FormModel):
    """Whether two households may share."""

    sharing: bool = Field(default=False, title=N_("Deux foyers peuvent partager un panier"))


def together_values(terms: Terms) -> dict[str, Any]:
    """What fills the form."""
    return {"sharing": terms.sharing}


def together_terms(data: TogetherData) -> dict[str, Any]:
    """What the terms keep of it."""
    return {"sharing": data.sharing}
