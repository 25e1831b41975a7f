"""Points to look at."""

from starlette.requests import Request
from starlette.responses import Response

from courtil.domain.words import _
from courtil.services.checks import all_checks
from courtil.services.unit import Reader
from courtil.web.pages import page
from courtil.web.render import render
from courtil.web.request import facts, url_of


@page("/reglages/points", needs="settings.write")
def checks(request: Request, reader: Reader) -> Response:
    """What the AMAP may talk about, with figures; never a score."""
    known = facts(request).instance.sets.registry.plugins
    labels = {name: _(plugin.label) for name, plugin in known.items()}
    return render(
        request, "plugins/checks.html", page_title=_("Points à regarder"), looked=all_checks(reader), labels=labels,
        help_url=url_of(request, "help_page", topic="greffons"),
    )  # fmt: skip
