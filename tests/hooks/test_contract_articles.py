"""What contracts say, given by a plugin: filled by the core, signed as any other, refused when it says too little."""

import pytest

from courtil.domain.problems import Refused
from courtil.services import contract_text, contracts, plugins, subscribing
from courtil.services.instance import Instance
from courtil_recipes.trouble import Broken
from subscriptions import a_draft, a_person, an_open_offer


def headings(instance: Instance, draft_id: int) -> list[str]:
    with instance.reading() as reader:
        return [heading for heading, _text in contract_text.parts(subscribing.reading(reader, draft_id).text)[1]]


def a_draft_of(instance: Instance, name: str) -> int:
    with instance.working() as unit:
        return a_draft(unit, an_open_offer(unit, name=name), a_person(unit, "Lantier {prix}")).id


def test_a_plugin_writes_an_article_and_the_core_fills_it(with_recipes: Instance) -> None:
    draft_id = a_draft_of(with_recipes, "Tisanes")
    with with_recipes.reading() as reader:
        last = contract_text.parts(subscribing.reading(reader, draft_id).text)[1][-1]
    assert last[0] == "Article 11 – La recette"
    assert last[1][0].startswith("Pour Lantier {prix} (")


def test_other_offers_keep_the_text_of_the_amap(with_recipes: Instance) -> None:
    draft_id = a_draft_of(with_recipes, "Légumes")
    assert headings(with_recipes, draft_id)[-1] == "Article 10 – La signature"


def test_what_was_signed_keeps_its_text_when_the_plugin_is_off(with_recipes: Instance) -> None:
    with with_recipes.working() as unit:
        person = a_person(unit, "Lantier")
        draft = a_draft(unit, an_open_offer(unit, name="Tisanes"), person)
        read = subscribing.reading(unit, draft.id)
        subscribing.sign(unit, draft.id, read.quote.total, read.text_hash, person)
    plugins.switch_off(with_recipes, "recipes")
    with with_recipes.reading() as reader:
        found = contracts.contract(reader, draft.id)
        assert "La recette" in found.text
        assert [proof.holds for proof in contracts.proofs(found)] == [True]


def test_nobody_signs_a_text_that_changed_since_she_read_it(with_recipes: Instance) -> None:
    with with_recipes.working() as unit:
        person = a_person(unit, "Lantier")
        draft = a_draft(unit, an_open_offer(unit, name="Tisanes"), person)
        read = subscribing.reading(unit, draft.id)
    plugins.switch_off(with_recipes, "recipes")
    with with_recipes.working() as unit, pytest.raises(Refused, match="changé depuis votre lecture"):
        subscribing.sign(unit, draft.id, read.quote.total, read.text_hash, person)


def test_articles_that_lack_what_a_contract_must_say_fail_the_request(with_recipes: Instance) -> None:
    draft_id = a_draft_of(with_recipes, "Orties")
    with pytest.raises(ValueError, match=r"plat.*Il manque « {ferme} »"):
        headings(with_recipes, draft_id)


def test_a_plugin_that_cannot_say_fails_the_request(with_recipes: Instance, trouble: set[str]) -> None:
    draft_id = a_draft_of(with_recipes, "Tisanes")
    trouble.add("contract_articles")
    with pytest.raises(Broken):
        headings(with_recipes, draft_id)
