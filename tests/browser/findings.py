"""What one sees when every persona opens every page that she is led to, and sends every form wrongly filled in."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from playwright.sync_api import Browser, Locator, Page

from browser.living import DOWNLOADS, Living, walk
from courtil.services.demo_personas import PERSONAS
from courtil.testing.browsing import PHONE, axe_violations, listen, opened, sideways, small_targets
from courtil.web.pages import Page as SitePage

NARROWEST = 320
VISITOR = "visiteur"


@dataclass(frozen=True)
class Sight:
    """One page as one persona saw it: what is wrong with it, by kind."""

    persona: str
    route: str
    address: str
    status: int
    axe: list[str]
    sideways: list[str]
    small: list[str]
    headings: int


@dataclass
class Findings:
    """Everything that was seen and heard on the walks."""

    sights: list[Sight] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)

    @property
    def routes(self) -> set[str]:
        """The pages that somebody opened."""
        return {one.route for one in self.sights}


FAULTS: Mapping[str, Callable[[Sight], object]] = {
    "answers": lambda one: one.status != 200,
    "axe": lambda one: one.axe,
    "sideways scroll at 320 pixels": lambda one: one.sideways,
    "small targets": lambda one: one.small,
    "one heading of the first level": lambda one: one.headings != 1,
}
"""What no page may have."""

EVERYBODY = (VISITOR, *(code for code, _label, _says in PERSONAS))


def faulty(found: Findings, what: str) -> list[tuple[str, str, object]]:
    """Persona, address and what is wrong, for each page with this fault."""
    fault = FAULTS[what]
    return [(one.persona, one.address, fault(one)) for one in found.sights if fault(one)]


def unseen(found: Findings, pages: Iterable[SitePage]) -> set[str]:
    """The names of the pages to read that nobody was led to."""
    return {page.name for page in pages if page.method == "GET" and not DOWNLOADS.search(page.path)} - found.routes


def walk_all(
    browser: Browser, living: Living, *, personas: Sequence[str] = EVERYBODY, first: Sequence[str] = (),
    measured: Callable[[str], bool] = lambda _route: True,
) -> Findings:  # fmt: skip
    """The personas open each route once, at the addresses of `first` when they may; those `measured` are looked at."""
    found = Findings()
    for persona in personas:
        with opened(browser, PHONE) as page:
            heard = listen(page)
            start(living, page, persona)
            for route, address, status in walk(living, page, first):
                if measured(route):
                    found.sights.append(look(page, persona, route, address, status))
            found.complaints.extend(f"{persona}: {line}" for line in heard)
    return found


def start(living: Living, page: Page, persona: str) -> None:
    """Stand on the first page of a persona."""
    if persona == VISITOR:
        page.goto(living.url)
    else:
        living.enter(page, persona)


def look(page: Page, persona: str, route: str, address: str, status: int) -> Sight:
    """Measure the page as it is now."""
    page.set_viewport_size({"width": NARROWEST, "height": PHONE[1]})
    wide = sideways(page)
    page.set_viewport_size({"width": PHONE[0], "height": PHONE[1]})
    high = page.evaluate("document.documentElement.scrollHeight")
    page.set_viewport_size({"width": PHONE[0], "height": max(PHONE[1], high)})  # what a bar covers can be scrolled to
    path = address.removeprefix(page.evaluate("location.origin"))
    return Sight(
        persona, route, path, status, axe_violations(page), wide, small_targets(page), page.locator("h1").count()
    )  # fmt: skip


@dataclass(frozen=True)
class Refusal:
    """A form that was sent empty: what came back."""

    route: str
    action: str
    status: int
    axe: list[str]
    answered: bool


def refuse_all(browser: Browser, living: Living, findings: Findings, persona: str) -> Iterator[Refusal]:
    """Send each form with fields that a persona found, with nothing in it."""
    done: set[str] = set()
    with opened(browser, PHONE) as page:
        start(living, page, persona)
        for sight in [one for one in findings.sights if one.persona == persona]:
            for number in _forms_to_fill(page, living.url + sight.address, done, living):
                yield _refuse(page, living.url + sight.address, number, sight.route)


def _forms_to_fill(page: Page, address: str, done: set[str], living: Living) -> list[int]:
    """Where the forms of this page stand that nobody has sent yet."""
    page.goto(address)
    fresh = []
    for number, form in enumerate(_posting(page).all()):
        name = living.route_of(
            form.evaluate("form => new URL(form.getAttribute('action') || '', location).href"), "POST"
        )
        if name is not None and name not in done:
            done.add(name)
            fresh.append(number)
    return fresh


def _posting(page: Page) -> Locator:
    return page.locator("main form[method=post]:has(input:not([type=hidden]), select, textarea)")


def _refuse(page: Page, address: str, number: int, route: str) -> Refusal:
    page.goto(address)
    form = _posting(page).nth(number)
    action = form.evaluate(EMPTY_IT)
    with page.expect_navigation() as waited:
        form.evaluate("form => HTMLFormElement.prototype.submit.call(form)")
    status = waited.value.status if waited.value else 0
    wrong = page.locator(".error-summary, [role=alert], .alert.error").count() > 0 or status == 200
    return Refusal(route, action, status, axe_violations(page), wrong)


EMPTY_IT = """form => {
  for (const one of form.elements) {
    if (one.type === "checkbox" || one.type === "radio") one.checked = false;
    else if (one.tagName === "SELECT") one.value = "";
    else if (one.type !== "hidden" && one.type !== "submit") one.value = "";
  }
  return new URL(form.getAttribute('action') || '', location).pathname;
}"""
