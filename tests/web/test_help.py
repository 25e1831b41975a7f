"""Help and the pages of the footer, open to everybody."""

import pytest

from conftest import World
from courtil import __version__


def test_every_topic_of_the_index_opens(world: World) -> None:
    visitor = world.visitor()
    index = visitor.get("/aide").text
    for topic in ("connexion", "personnes", "reglages", "journal"):
        assert f'href="/aide/{topic}"' in index
        page = visitor.get(f"/aide/{topic}")
        assert page.status_code == 200
        assert "Parler à quelqu’un" in page.text


@pytest.mark.parametrize("topic", ["inconnu", "index", "_words", "about", "..%2fbase", "page", "x" * 300])
def test_only_topics_are_help_pages(world: World, topic: str) -> None:
    assert world.visitor().get(f"/aide/{topic}").status_code == 404


def test_about_tells_version_licence_and_source(world: World) -> None:
    page = world.visitor().get("/a-propos").text
    assert __version__ in page
    assert "AGPL-3.0-or-later" in page
    assert "pas encore renseignée" in page
    assert "Renseigner" not in page
    assert "Renseigner" in world.client("administrator").get("/a-propos").text


def test_accessibility_claims_no_audit_and_privacy_names_the_rights(world: World) -> None:
    visitor = world.visitor()
    assert "pas encore été audité" in visitor.get("/accessibilite").text
    privacy = visitor.get("/donnees-personnelles").text
    for word in ("AMAP des Tilleuls", "Télécharger mes données", "CNIL", "Dix ans"):
        assert word in privacy
