"""Templates of contracts: what an offer's contracts say, who keeps which text, and the way back."""

from collections.abc import Sequence
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from contracts.offers import an_offer, product_ids, signed_for, write_terms
from courtil.api import DEFAULT_ARTICLES, PLACEHOLDERS, Article
from courtil.domain.problems import NotFound, Refused, Stale
from courtil.domain.states import OfferState
from courtil.services import contract_text, contracts, offer_life, offers, subscribing
from courtil.services.instance import Instance
from courtil.services.unit import Unit
from courtil_contracts.services import approval, templates
from courtil_contracts.services.terms import terms_of
from courtil_contracts.tables import ContractTemplate
from subscriptions import a_person

NEIGHBOURS = Article("Les voisins", "{foyer} aide une fois à la ferme, à {lieu}.")


def a_template(unit: Unit, name: str = "Coup de main", *articles: Article) -> ContractTemplate:
    return templates.create(unit, name, [*DEFAULT_ARTICLES, *(articles or [NEIGHBOURS])])


def sections(text: str) -> dict[str, list[str]]:
    return dict(contract_text.parts(text)[1])


def test_contracts_of_an_offer_say_what_its_template_says(with_contracts: Instance) -> None:
    with with_contracts.working() as unit:
        offer = an_offer(unit, "contracts.same", [900], opened=True)
        write_terms(unit, offer, template_id=a_template(unit).id)
        found = signed_for(unit, offer.id, {"quantities": {str(product_ids(offer)[0]): 1}})
        [said] = sections(found.text)["Article 11 – Les voisins"]
    assert said.endswith(f"aide une fois à la ferme, à {offer.place.name}.")


def test_without_a_template_they_say_what_the_amap_says(with_contracts: Instance) -> None:
    with with_contracts.working() as unit:
        a_template(unit)
        offer = an_offer(unit, "contracts.same", [900], opened=True)
        found = signed_for(unit, offer.id, {"quantities": {str(product_ids(offer)[0]): 1}})
    assert list(sections(found.text))[-1] == "Article 10 – La signature"


def test_a_signed_contract_keeps_its_text_and_a_draft_reads_the_new_one(with_contracts: Instance) -> None:
    with with_contracts.working() as unit:
        offer = an_offer(unit, "contracts.same", [900], opened=True)
        template = a_template(unit)
        write_terms(unit, offer, template_id=template.id)
        choice = {"quantities": {str(product_ids(offer)[0]): 1}}
        signed, person = signed_for(unit, offer.id, choice), a_person(unit)
        draft = subscribing.save_draft(unit, offer.id, person.household_id or 0, choice)
        read = subscribing.reading(unit, draft.id)
        templates.write(unit, template.id, "Coup de main", [*DEFAULT_ARTICLES, Article("Autre", "Chose.")])
    with with_contracts.working() as unit:
        assert "Les voisins" in contracts.contract(unit, signed.id).text
        assert [proof.holds for proof in contracts.proofs(contracts.contract(unit, signed.id))] == [True]
        with pytest.raises(Refused, match="changé depuis votre lecture"):
            subscribing.sign(unit, draft.id, read.quote.total, read.text_hash, person)
        again = subscribing.reading(unit, draft.id)
        assert sections(again.text)["Article 11 – Autre"] == ["Chose."]
        subscribing.sign(unit, draft.id, again.quote.total, again.text_hash, person)


@pytest.mark.parametrize("word", [word for word, one in PLACEHOLDERS.items() if one.why])
def test_a_template_without_what_a_contract_must_say_is_refused(with_contracts: Instance, word: str) -> None:
    articles = [Article(one.heading, one.text.replace(f"{{{word}}}", "Rien.")) for one in DEFAULT_ARTICLES]
    with with_contracts.working() as unit, pytest.raises(Refused, match=f"Il manque « {{{word}}} »"):
        templates.create(unit, "Court", articles)


def test_an_unknown_word_is_refused_beside_its_article(with_contracts: Instance) -> None:
    with with_contracts.working() as unit, pytest.raises(Refused, match=r"« \{prix\} »") as refused:
        a_template(unit, "Faux", Article("Le prix", "{prx}"))
    assert [problem.field for problem in refused.value.problems] == ["articles-10"]


def test_two_templates_have_two_names(with_contracts: Instance) -> None:
    with with_contracts.working() as unit:
        a_template(unit)
        other = a_template(unit, "Autre")
        with pytest.raises(Refused, match="porte ce nom"):
            a_template(unit)
        with pytest.raises(Refused, match="porte ce nom"):
            templates.write(unit, other.id, "Coup de main", DEFAULT_ARTICLES)


def test_the_second_of_two_coordinators_is_told(with_contracts: Instance) -> None:
    with with_contracts.working() as unit:
        template = a_template(unit)
        seen = template.version
        templates.write(unit, template.id, "Coup de main", DEFAULT_ARTICLES, seen)
        with pytest.raises(Stale):
            templates.write(unit, template.id, "Coup de main", DEFAULT_ARTICLES, seen)


def test_a_mistake_is_taken_back_and_brought_back(with_contracts: Instance) -> None:
    def said(unit: Unit, key: int) -> int:
        return len(templates.articles_of(unit.get(ContractTemplate, key).articles))

    with with_contracts.working() as unit:
        key = a_template(unit).id
        with pytest.raises(Refused, match="pas encore changé"):
            templates.restore(unit, key)
        templates.write(unit, key, "Coup de main", DEFAULT_ARTICLES)
        templates.write(unit, key, "Autre nom", DEFAULT_ARTICLES)  # the text did not change: what was stays
        templates.restore(unit, key)
        assert said(unit, key) == 11
        templates.restore(unit, key)
        assert said(unit, key) == 10


def test_a_template_goes_once_no_offer_uses_it(with_contracts: Instance) -> None:
    with with_contracts.working() as unit:
        offer = an_offer(unit, "contracts.same", [900], name="Légumes")
        key = a_template(unit).id
        write_terms(unit, offer, template_id=key)
        with pytest.raises(Refused, match="Légumes"):
            templates.archive(unit, key)
        write_terms(unit, offer)
        templates.archive(unit, key)
        assert templates.templates(unit) == []
        with pytest.raises(NotFound):
            write_terms(unit, offer, template_id=key)
        templates.unarchive(unit, key)
        write_terms(unit, offer, template_id=key)


def test_the_next_season_keeps_the_template(with_contracts: Instance) -> None:
    with with_contracts.working() as unit:
        offer = an_offer(unit, "contracts.same", [900])
        key = a_template(unit).id
        write_terms(unit, offer, template_id=key)
        made = offers.copy(unit, offer.id, offer.season_id, timedelta(weeks=52))
        assert terms_of(unit, made.id).template_id == key


def test_a_template_that_lacks_something_by_now_says_so_and_nobody_signs(with_contracts: Instance) -> None:
    with with_contracts.working() as unit:
        offer = an_offer(unit, "contracts.same", [900], opened=True)
        template = a_template(unit)
        write_terms(unit, offer, template_id=template.id)
        template.articles = {"articles": [["Court", "Rien."]]}
        unit.session.flush()
        with pytest.raises(Refused, match="Coup de main"):
            signed_for(unit, offer.id, {"quantities": {str(product_ids(offer)[0]): 1}})


def test_a_farm_approves_the_text_as_well(asking_farms: Instance) -> None:
    with asking_farms.working() as unit:
        offer = an_offer(unit, "contracts.same", [900])
        template = a_template(unit)
        plain = approval.fingerprint(unit, offer.id)
        write_terms(unit, offer, template_id=template.id)
        approval.note(unit, offer.id, "De vive voix.", approval.fingerprint(unit, offer.id))
        assert approval.fingerprint(unit, offer.id) != plain
        templates.write(unit, template.id, "Coup de main", DEFAULT_ARTICLES)
        with pytest.raises(Refused):
            offer_life.move(unit, offer.id, OfferState.OPEN)


def test_an_example_is_one_of_the_offers_that_use_the_template(with_contracts: Instance) -> None:
    with with_contracts.working() as unit:
        text = templates.preview(unit, DEFAULT_ARTICLES)
    assert text.startswith("Contrat d’engagement « Contrat d’exemple »")


words = st.sampled_from([*(f"{{{word}}}" for word in PLACEHOLDERS), "{mot}", "{", "}", "Le prix ", "\n", "é"])
articles_ = st.lists(st.builds(Article, st.just("Plus"), st.lists(words, max_size=6).map("".join)), max_size=3)


@given(articles_)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=40)
def test_whatever_the_editor_keeps_fills_without_a_brace(with_contracts: Instance, more: Sequence[Article]) -> None:
    with with_contracts.working() as unit:
        try:
            row = templates.create(unit, "Essai", [*DEFAULT_ARTICLES, *more])
        except Refused:
            return
        text = templates.preview(unit, templates.articles_of(row.articles), row.id)
        unit.session.delete(row)
    assert "{" not in text
    assert "}" not in text
