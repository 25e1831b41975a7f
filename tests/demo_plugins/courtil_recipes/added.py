"""What recipes add to the core's lists, forms, documents, help, search and mail."""

from collections.abc import Mapping, Sequence

from pydantic import BaseModel, Field
from sqlalchemy import func, select

from courtil.api import (
    Answer,
    Check,
    Column,
    Document,
    Export,
    Extension,
    HelpPage,
    ImportReader,
    ListColumn,
    MailWord,
    Reader,
    RowAction,
    SearchResult,
    Table,
    hook,
)
from courtil_recipes.tables import Recipe
from courtil_recipes.trouble import stumble


class Taste(BaseModel):
    """What a household likes."""

    dish: str = Field("", title="Plat préféré", max_length=80)
    portions: int = Field(0, title="Nombre de parts", ge=0, le=20)


class Note(BaseModel):
    """A word about a delivery or a contract."""

    word: str = Field("", title="Mot de la recette", max_length=80)


def how_many(reader: Reader) -> Answer:
    stumble("check")
    count = reader.session.scalar(select(func.count()).select_from(Recipe)) or 0
    return Answer(state="fine" if count else "discuss", says=f"{count} recettes")


@hook
def checks() -> list[Check]:
    return [Check(name="some", title="Assez de recettes", answer=how_many, principle="Charte, 4")]


def book(reader: Reader) -> Document:
    titles = [(recipe.title,) for recipe in reader.all(select(Recipe).order_by(Recipe.id))]
    table = Table(caption="Recettes", columns=(Column(label="Titre"),), rows=tuple(titles), empty="Aucune recette.")
    return Document(title="Livre de recettes", blocks=(table,))


@hook
def exports() -> list[Export]:
    return [Export(name="livre", label="Livre de recettes", permission="recipes.read", document=book)]


@hook
def extensions() -> list[Extension]:
    return [
        Extension(on="household", model=Taste, title="Goûts"),
        Extension(on="delivery", model=Note, title="Recette du soir"),
    ]


def titles(reader: Reader, ids: Sequence[int]) -> Mapping[int, str]:
    stumble("columns")
    rows = reader.rows(select(Recipe.contract_id, Recipe.title).where(Recipe.contract_id.in_(ids)))
    return dict(map(tuple, rows))


def greetings(reader: Reader, ids: Sequence[int]) -> Mapping[int, str]:
    stumble("columns")
    return {key: f"cuisine {key}" for key in ids}


@hook
def columns() -> list[ListColumn]:
    return [
        ListColumn(on="contract", label="Recette", values=titles),
        ListColumn(on="person", label="Cuisine", values=greetings, permission="people.read"),
    ]


@hook
def row_actions() -> list[RowAction]:
    return [
        RowAction(on="household", label="Ses recettes", url="/x/recipes/liste?foyer={id}", permission="recipes.read")
    ]


@hook
def help_pages() -> list[HelpPage]:
    return [HelpPage(code="cuisiner", title="Cuisiner", says="Une recette par contrat.", template="recipes/help.html")]


def dish(reader: Reader) -> str:
    stumble("mail_words")
    return "la soupe"


@hook
def mail_words() -> list[MailWord]:
    return [MailWord(name="plat", says="le plat de la semaine", value=dish)]


def read_cards(data: bytes, name: str) -> Sequence[Sequence[str]] | None:
    """Cards as `Nom: Lantier` lines, one card after the other."""
    stumble("import_readers")
    if not name.endswith(".cards"):
        return None
    pairs = [line.split(":", 1) for line in data.decode().splitlines() if ":" in line]
    return [["Nom", "Prénom"], *([a[1].strip(), b[1].strip()] for a, b in zip(pairs[::2], pairs[1::2], strict=True))]


@hook
def import_readers() -> list[ImportReader]:
    return [ImportReader(name="cards", label="Fiches", read=read_cards)]


@hook
def search_results(text: str, reader: Reader) -> list[SearchResult]:
    stumble("search_results")
    found = reader.all(select(Recipe).where(Recipe.title.ilike(f"%{text}%")))
    return [SearchResult(label=recipe.title, url="/x/recipes/liste") for recipe in found]
