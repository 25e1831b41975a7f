"""The plugin's pages in a real browser."""

from collections.abc import Iterator

from playwright.sync_api import Browser, Page

from courtil.testing.amap import Amap
from courtil.testing.browsing import PHONE, axe_violations, listen, opened, sideways
from courtil.testing.checks.findings import Finding, Subject
from courtil.testing.checks.pages import VISITOR, everybody
from courtil.testing.checks.watching import Watch, watching
from courtil.testing.serving import Served, serving

NARROWEST = 320


def screens(subject: Subject, amap: Amap, browser: Browser) -> list[Finding]:
    """Each page without a key in its address: nothing for axe, no sideways scroll at 320 pixels, a silent console."""
    with watching(subject, "screens") as watch, serving(amap) as served, opened(browser, PHONE) as page:
        heard = listen(page)
        for address, where, role in _sights(watch, amap):
            served.enter(page, role)
            _look(watch, page, served, address, where)
            for line in heard:
                watch.say(f"{address}: the console says {line}", where)
            heard.clear()
    return watch.findings


def _sights(watch: Watch, amap: Amap) -> Iterator[tuple[str, str, str]]:
    """Addresses of pages, where they are written, and the first role that may open them; empty for a visitor."""
    clients = everybody(amap)
    for page in (route.page for route in watch.subject.declared("routes")):
        if page.method != "GET" or "{" in page.path:
            continue
        address, where = f"/x/{watch.subject.plugin.name}{page.path}", watch.subject.at_function(page.view)
        for role in (VISITOR, *(code for code in clients if code != VISITOR)):
            answer = clients[role].get(address)
            if answer.status_code == 200:
                if answer.headers.get("content-type", "").startswith("text/html"):
                    yield address, where, "" if role == VISITOR else role
                break
        else:
            watch.say(f"nobody may open {address}", where)


def _look(watch: Watch, page: Page, served: Served, address: str, where: str) -> None:
    page.set_viewport_size({"width": NARROWEST, "height": PHONE[1]})
    page.goto(served.url + address)
    for wide in sideways(page):
        watch.say(f"{address} is wider than {NARROWEST} pixels: {wide}", where)
    for violation in axe_violations(page):
        watch.say(f"{address}: {violation}", where)
