"""Mail goes out beside the database: a slow mail server keeps nobody from writing."""

from email.message import EmailMessage

import pytest
from sqlalchemy import select

from courtil.config import InstanceConfig
from courtil.services import mail
from courtil.services.instance import Instance
from courtil.store.operations import Job
from courtil.store.people import Person


def test_others_write_while_a_mail_is_being_sent(instance: Instance, monkeypatch: pytest.MonkeyPatch) -> None:
    sent: list[EmailMessage] = []

    def slowly(config: InstanceConfig, message: EmailMessage) -> None:
        with instance.working() as other:
            other.add(Person(last_name="Pendant", search="pendant"))
        sent.append(message)

    monkeypatch.setattr(mail, "_by_smtp", slowly)
    server = instance.config.mail.model_copy(update={"host": "mail.exemple.fr"})
    config = instance.config.model_copy(update={"mail": server})
    with instance.working() as unit:
        mail.ask(unit, "zoe@exemple.fr", "Zoé", "Bonjour", "Un mot.")
    instance.run_jobs((mail.job(config),))
    with instance.reading() as reader:
        assert reader.one(select(Job).where(Job.kind == "core.mail")).done_at is not None
        assert reader.one(select(Person)).last_name == "Pendant"
    [message] = sent
    assert "AMAP des Tilleuls" in str(message["From"])
