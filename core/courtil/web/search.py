"""The search box."""

from starlette.requests import Request
from starlette.responses import Response

from courtil.domain.words import _
from courtil.services.search import search as find
from courtil.services.unit import Reader
from courtil.web.pages import SIGNED_IN, page
from courtil.web.people import asked
from courtil.web.render import render
from courtil.web.request import facts


@page("/chercher", needs=SIGNED_IN)
def search(request: Request, reader: Reader) -> Response:
    """What was found, by kind; an empty box explains what can be asked."""
    text = asked(request)
    assert reader.actor is not None
    known = facts(request).instance.sets.registry.plugins
    more = {} if len(text) < 2 else reader.hooks.search_results(text, reader)
    return render(
        request, "search/search.html", page_title=_("Chercher"), text=text, found=find(reader, text),
        more=[(_(known[plugin].label), results) for plugin, results in more.items()],
        reads_evenings=reader.actor.can("distributions.read"), is_member=reader.actor.can("self.read"),
    )  # fmt: skip
