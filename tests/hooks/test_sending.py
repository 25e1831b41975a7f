"""A plugin may send mail in its own way; the job keeps its rules: no lock is held, a failure is tried again."""

import pytest
from sqlalchemy import select

import courtil_recipes.hooks as recipes
from courtil.services import mail, plugins
from courtil.services.instance import Instance
from courtil.store.operations import Job
from courtil.store.people import Person


def send(instance: Instance, to: str) -> Job:
    """Ask for a mail and run the jobs; the job as it is then."""
    with instance.working() as unit:
        mail.ask(unit, to, "Zoé", "Bonjour", "Un mot.")
    instance.run_jobs((mail.job(instance.config),))
    with instance.reading() as reader:
        return reader.one(select(Job).where(Job.kind == "core.mail"))


def files(instance: Instance) -> int:
    return len(list((instance.config.folder / "mail").glob("*.eml")))


def test_what_a_plugin_sends_goes_no_other_way(with_recipes: Instance) -> None:
    job = send(with_recipes, "zoe@recettes.exemple.fr")
    [message] = recipes.SENT
    assert (message.to, message.name, message.subject, message.text, message.sender) == (
        "zoe@recettes.exemple.fr", "Zoé", "[AMAP des Tilleuls] Bonjour", "Un mot.", "AMAP des Tilleuls",
    )  # fmt: skip
    assert job.done_at is not None
    assert job.payload == {}
    assert files(with_recipes) == 0


def test_what_it_leaves_goes_by_the_server(with_recipes: Instance) -> None:
    assert send(with_recipes, "zoe@exemple.fr").done_at is not None
    assert "send_mail" in recipes.SEEN
    assert files(with_recipes) == 1


def test_one_that_fails_is_tried_again_and_nothing_is_sent_twice(with_recipes: Instance, trouble: set[str]) -> None:
    trouble.add("send_mail")
    job = send(with_recipes, "zoe@recettes.exemple.fr")
    assert (job.done_at, job.attempts, "Broken" in job.error) == (None, 1, True)
    assert job.payload["text"] == "Un mot."
    assert (recipes.SENT, files(with_recipes)) == ([], 0)


def test_a_plugin_that_is_off_sends_nothing(with_recipes: Instance) -> None:
    plugins.switch_off(with_recipes, "recipes")
    send(with_recipes, "zoe@recettes.exemple.fr")
    assert (recipes.SENT, files(with_recipes)) == ([], 1)


def test_others_write_while_a_plugin_sends(with_recipes: Instance, monkeypatch: pytest.MonkeyPatch) -> None:
    def slowly(where: str) -> None:
        with with_recipes.working() as other:
            other.add(Person(last_name=where, search=where))

    with with_recipes.working() as unit:
        mail.ask(unit, "zoe@recettes.exemple.fr", "Zoé", "Bonjour", "Un mot.")
    monkeypatch.setattr(recipes, "stumble", slowly)
    with_recipes.run_jobs((mail.job(with_recipes.config),))
    with with_recipes.reading() as reader:
        assert "send_mail" in reader.all(select(Person.last_name))
        assert reader.one(select(Job).where(Job.kind == "core.mail")).done_at is not None
