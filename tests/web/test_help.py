"""Help and the pages of the footer, open to everybody."""

import io
import zipfile

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
    assert "Télécharger le code qui tourne ici" in page
    assert "Renseigner" not in page
    assert "Renseigner" in world.client("administrator").get("/a-propos").text


def test_accessibility_claims_no_audit_and_privacy_names_the_rights(world: World) -> None:
    visitor = world.visitor()
    assert "pas encore été audité" in visitor.get("/accessibilite").text
    privacy = visitor.get("/donnees-personnelles").text
    for word in ("AMAP des Tilleuls", "Télécharger mes données", "CNIL", "Dix ans"):
        assert word in privacy


def test_the_code_that_runs_can_be_had(world: World) -> None:
    answer = world.visitor().get("/a-propos/code-source.zip")
    assert answer.headers["content-type"] == "application/zip"
    names = zipfile.ZipFile(io.BytesIO(answer.content)).namelist()
    assert {"courtil/web/help.py", "courtil/templates/base.html", "LICENSE"} <= set(names)
    assert not [name for name in names if name.endswith(".pyc")]


def test_a_host_or_a_fork_says_where_its_source_is(world: World) -> None:
    world.instance.config = world.instance.config.model_copy(
        update={"source_url": "https://fourche.exemple.fr/courtil"}
    )
    opened = world.app.instances.open(world.instance.config)
    opened.config = world.instance.config
    assert "https://fourche.exemple.fr/courtil" in world.visitor().get("/a-propos").text
