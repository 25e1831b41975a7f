"""The fragment says what is a heading, a table and a caption, and never runs what a member typed."""

from html.parser import HTMLParser

from courtil.documents import Column, Document, Table, render_html
from courtil.documents.html import _environment
from documents.samples import AWKWARD, COLUMNS, contract, evening_sheet


class Page(HTMLParser):
    """What a browser would find: the tags with their attributes, and the text."""

    def __init__(self, document: Document) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.texts: list[str] = []
        self.feed(render_html(document))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.texts.append(data)

    def all(self, tag: str, **wanted: str) -> list[dict[str, str | None]]:
        return [attrs for name, attrs in self.tags if name == tag and wanted.items() <= attrs.items()]


def test_what_members_typed_is_shown_as_typed() -> None:
    page = Page(evening_sheet())
    for name in AWKWARD:
        assert name in page.texts
    assert not page.all("script")


def test_values_are_formatted() -> None:
    texts = Page(evening_sheet()).texts
    assert {"jeu. 26 nov. 2026", "-25,00\u00a0€", "0,50", "225,00\u00a0€"} <= set(texts)


def test_the_table_names_itself_its_columns_and_its_rows() -> None:
    page = Page(evening_sheet())
    (region,) = page.all("div", role="region", tabindex="0")
    (caption,) = page.all("caption")
    assert region["aria-labelledby"] == caption["id"] == "feuille-d-emargement-oeufs-2"
    assert len(page.all("th", scope="col")) == len(COLUMNS)
    assert len(page.all("th", scope="row")) == 60 + 1
    assert len(page.all("span", **{"class": "box-tick"})) == 60


def test_groups_have_a_heading_of_their_own() -> None:
    page = Page(contract())
    assert len(page.all("th", scope="rowgroup")) == 2
    assert {"Chèques", "Virements"} <= set(page.texts)


def test_a_signed_box_says_when_and_an_unsigned_one_is_left_empty() -> None:
    page = Page(contract())
    assert page.texts.count("Signé en ligne le 3 nov. 2026 à 18 h 02") == 1
    assert len(page.all("li")) == 2 + 2


def test_no_row_gives_a_sentence_and_no_table() -> None:
    page = Page(evening_sheet(0))
    assert "Personne n’est attendu ce soir. Choisissez une autre date." in page.texts
    assert not page.all("table")


def test_a_table_that_says_nothing_about_being_empty_still_gets_a_sentence() -> None:
    document = Document(title="T", blocks=(Table(caption="Paniers", columns=(Column(label="Nom"),)),))
    assert "Aucune ligne pour l’instant." in Page(document).texts


def test_nothing_the_content_policy_would_block() -> None:
    for document in (evening_sheet(), contract()):
        names = {name for _, attributes in Page(document).tags for name in attributes}
        assert not {name for name in names if name == "style" or name.startswith("on")}


def test_language_and_orientation_reach_the_page() -> None:
    page = Page(evening_sheet(language="en", orientation="landscape"))
    assert page.all("article", **{"lang": "en", "class": "document document-landscape"})


def test_a_name_missing_in_a_template_is_an_error_not_a_blank() -> None:
    assert _environment().undefined.__name__ == "StrictUndefined"
