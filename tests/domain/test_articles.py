"""Articles with words to fill in: what a contract must say, what is refused, and that data are never read as words."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from courtil.domain.articles import PLACEHOLDERS, Article, article_problems, filled

REQUIRED = [word for word, one in PLACEHOLDERS.items() if one.why]
WHOLE = Article("Tout", "\n".join(f"{{{word}}}" for word in REQUIRED))
PLAIN = {word: [word.upper()] for word in PLACEHOLDERS}


def said(*articles: Article) -> list[str]:
    return [problem.message for problem in article_problems(articles)]


def test_a_contract_that_says_all_that_is_wanted_is_fine() -> None:
    assert said(WHOLE) == []


def test_parties_deliveries_price_payments_clauses_withdrawal_data_and_signatures_are_wanted() -> None:
    assert REQUIRED == [
        "ferme", "foyer", "livraisons", "prix", "paiements", "clauses", "retractation", "donnees", "signature",
    ]  # fmt: skip


@pytest.mark.parametrize("word", REQUIRED)
def test_without_a_wanted_word_the_contract_is_refused_and_told_why(word: str) -> None:
    [message] = said(Article("Tout", WHOLE.text.replace(f"{{{word}}}", "Rien.")))
    assert f"« {{{word}}} »" in message
    assert PLACEHOLDERS[word].why in message


def test_a_word_may_stand_in_a_heading() -> None:
    rest = Article("Tout", WHOLE.text.replace("{prix}", "Rien."))
    assert said(rest, Article("Le prix : {prix}", "Voilà.")) == []


@pytest.mark.parametrize(
    ("typed", "near"), [("livraison", "livraisons"), ("Ferme", "ferme"), ("données", "donnees"), (" prix ", "prix")]
)
def test_an_unknown_word_is_refused_with_the_nearest_one(typed: str, near: str) -> None:
    [problem] = article_problems([WHOLE, Article("Plus", f"Voici {{{typed}}}.")])
    assert problem.field == "articles-1"
    assert f"« {{{near}}} »" in problem.message


@pytest.mark.parametrize("text", ["Un { seul", "Un } seul", "{{prix}}", "{}"])
def test_a_lone_or_empty_brace_is_refused(text: str) -> None:
    assert {one.field for one in article_problems([WHOLE, Article("Plus", text)])} == {"articles-1"}


@pytest.mark.parametrize("article", [Article("", "Un texte."), Article("Un titre", " \n ")])
def test_an_article_has_a_heading_and_a_text(article: Article) -> None:
    assert said(WHOLE, article) == ["Donnez un titre et un texte à chaque article."]


def test_a_word_alone_on_its_line_becomes_its_paragraphs_and_within_a_sentence_runs_on() -> None:
    words = PLAIN | {"livraisons": ["Le 3.", "Le 10."], "presentation": []}
    [(_heading, paragraphs)] = filled([Article("A", " {livraisons} \n\n{presentation}\nVoici : {livraisons}")], words)
    assert paragraphs == ["Le 3.", "Le 10.", "Voici : Le 3. Le 10."]


def test_what_is_filled_in_is_never_read_again() -> None:
    words = PLAIN | {"ferme": ["La {foyer} ferme {"], "foyer": ["{prix}"]}
    assert filled([Article("{ferme}", "{ferme}\nDe {foyer} à {ferme}")], words) == [
        ("La {foyer} ferme {", ["La {foyer} ferme {", "De {prix} à La {foyer} ferme {"])
    ]


texts = st.text(st.sampled_from("ab {}\n«é") | st.characters(exclude_categories=["Cs"]), max_size=60) | st.lists(
    st.sampled_from([*(f"{{{word}}}" for word in PLACEHOLDERS), "{", "}", "{mot}", " ", "\n", "Le prix"])
).map("".join)


@given(st.lists(st.builds(Article, texts, texts), max_size=4))
def test_whatever_is_kept_fills_without_a_brace(articles: list[Article]) -> None:
    kept = [*(one for one in articles if not article_problems([WHOLE, one])), WHOLE]
    assert article_problems(kept) == []
    for heading, paragraphs in filled(kept, PLAIN):
        assert not re.search(r"[{}]", heading + "".join(paragraphs))
