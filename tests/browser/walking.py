"""Somebody who walks through the pages: every press is counted, every page measured."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from typing import Any

from playwright.sync_api import Browser, Locator, Page, expect
from sqlalchemy import select

from browser.living import Living
from courtil.services import mail, signin
from courtil.store.people import Person
from courtil.testing.browsing import PHONE, assert_no_sideways_scroll, axe_violations, listen, opened

REFUSED = re.compile(r"status of 422")
"""Chromium notes each refused form in the console; that one is expected."""


@dataclass
class Walker:
    """A browser in the hands of one person."""

    page: Page
    living: Living
    heard: list[str]
    clicks: int = 0
    measured: list[str] = field(default_factory=list)

    def open(self, path: str) -> None:
        """Go to an address as a bookmark would."""
        self.page.goto(self.living.url + path)
        self.measure()

    def press(self, words: str, kind: str = "button", within: Locator | None = None) -> None:
        """Press the one button (or link) of these words and wait for the page that follows."""
        target = (within or self.page.locator("main")).get_by_role(kind, name=words)  # type: ignore[arg-type]
        self.clicks += 1
        with self.page.expect_navigation():
            target.click()
        self.measure()

    def refused(self, words: str) -> str:
        """Press, be refused, and read the summary of errors; the browser's own checks are left out."""
        self.page.evaluate("for (const form of document.forms) form.noValidate = true")
        self.press(words)
        summary = self.page.locator(".error-summary")
        expect(summary).to_be_focused()
        return plain(summary.inner_text())

    def measure(self) -> None:
        """What holds of every page that one meets."""
        if self.page.context.browser is None:
            return
        assert axe_violations(self.page) == [], self.page.url
        assert_no_sideways_scroll(self.page)
        self.measured.append(self.page.url)

    def fill(self, **fields: str) -> None:
        """Type into the fields of these names."""
        for name, value in fields.items():
            found = self.page.locator(f"main [name='{name}']:not([type=hidden])").locator("visible=true").first
            found.select_option(value) if found.evaluate("e => e.tagName") == "SELECT" else found.fill(value)

    def sees(self, *words: str) -> None:
        """Each of these words can be read in the page."""
        text = plain(self.page.locator("main").inner_text())
        assert not (missing := [one for one in words if one not in text]), (missing, text)

    def complaints(self) -> list[str]:
        """What the console said, but for the refusals that were asked for."""
        return [line for line in self.heard if not REFUSED.search(line)]


def plain(text: str) -> str:
    """The text with ordinary spaces only."""
    return re.sub(r"\s+", " ", text)


@contextmanager
def walking(browser: Browser, living: Living, size: tuple[int, int] = PHONE, **options: Any) -> Iterator[Walker]:
    """A fresh browser; at the end its console must have been silent."""
    with opened(browser, size, **options) as page:
        page.set_default_timeout(10_000)
        walker = Walker(page, living, listen(page))
        yield walker
        assert walker.complaints() == []


def sign_in_link(living: Living, person_id: int) -> str:
    """The path of a fresh link for this person, as an operator makes it."""
    with living.instance.working() as unit:
        return f"/connexion/lien/{signin.new_link(unit, unit.get(Person, person_id))}"


def mailed_link(living: Living, email: str) -> str:
    """The address in the newest mail to this person, once the jobs have run."""
    living.instance.run_jobs((mail.job(living.instance.config),))
    folder = living.instance.config.folder / "mail"
    mails = [message_from_bytes(path.read_bytes(), policy=policy.default) for path in sorted(folder.glob("*.eml"))]
    text = next(one.get_content() for one in reversed(mails) if email in str(one["To"]))  # type: ignore[attr-defined]
    found = re.search(r"https?://\S+/connexion/lien/\S+", text)
    assert found, text
    return found[0]


def person_named(living: Living, last_name: str) -> Person:
    """The one person of this name."""
    with living.instance.reading() as reader:
        return reader.one(select(Person).where(Person.last_name == last_name))
