"""The help of the plugin: every page leads to one, and each one is there."""

import re
from pathlib import Path

from conftest import World
from courtil.services.instance import Instance
from courtil_contracts import hooks

TEMPLATES = Path(hooks.__file__).parent / "templates" / "contracts"


def test_each_page_leads_to_a_help_that_is_there(with_contracts: Instance, world: World) -> None:
    asked = {
        topic for one in TEMPLATES.glob("*.html") for topic in re.findall(r'topic="contracts-(\w+)"', one.read_text())
    }
    known = {page.code for page in hooks.help_pages()}
    assert asked == known
    client = world.client("member")
    for code in known:
        assert client.get(f"/aide/contracts-{code}").status_code == 200
    assert 'href="/aide/contracts-calendrier"' in client.get("/x/contracts/calendrier").text
    whole = [one for one in TEMPLATES.glob("*.html") if 'extends "base.html"' in one.read_text()]
    assert [one.name for one in whole if "set help_url" not in one.read_text()] == []
