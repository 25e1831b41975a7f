"""Mail: asked for in a unit, sent by a job after the commit; without a server it goes to files."""

import smtplib
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime, make_msgid
from typing import cast

from sqlalchemy import delete

from courtil.config import InstanceConfig
from courtil.plugin.payloads import JobKind, Message
from courtil.plugin.payloads import Unit as Writing
from courtil.services import mail_ending
from courtil.services.settings import amap_settings
from courtil.services.unit import Unit
from courtil.store.operations import Job

TIMEOUT = 20


def ask(
    unit: Writing, to: str, name: str, subject: str, text: str, *, run_at: datetime | None = None, group: str = ""
) -> None:
    """Send this mail once the unit is committed, or at `run_at`: until then `unit.withdraw(group)` holds it back.

    `text` is plain text; the subject gets the AMAP's name in front.
    """
    unit = cast("Unit", unit)
    amap = amap_settings(unit).name  # kept with the mail: sending reads no table
    if ending := mail_ending.written(unit):
        text = f"{text.rstrip()}\n\n{ending}\n"
    one_line = " ".join(f"[{amap}] {subject}".split())
    unit.enqueue("core.mail", to=to, name=" ".join(name.split()), subject=one_line, text=text, sender=amap,
                 run_at=run_at, group=group)  # fmt: skip


def forget(unit: Unit, to: str) -> None:
    """Drop the mails to this address that wait, and those that could not be sent."""
    unit.execute(delete(Job).where(Job.kind == "core.mail", Job.payload["to"].as_string() == to))


def message(
    config: InstanceConfig, now: datetime, *, to: str, name: str, subject: str, text: str, sender: str
) -> EmailMessage:
    """The message, built so that no name or subject can add a header or a recipient."""
    mail = EmailMessage()
    mail["From"] = Address(sender, addr_spec=config.mail.sender)
    mail["To"] = Address(name, addr_spec=to)
    mail["Subject"] = subject
    mail["Date"] = format_datetime(now)
    mail["Message-ID"] = make_msgid(domain="courtil.invalid")
    mail["Auto-Submitted"] = "auto-generated"
    mail.set_content(text)
    return mail


def job(config: InstanceConfig) -> JobKind:
    """The kind of job that sends mail for this instance, or lets a plugin send it.

    It touches no table, so that nobody waits for the server.
    """

    def send(unit: Unit, *, to: str, name: str, subject: str, text: str, sender: str = "") -> None:
        if unit.hooks.send_mail(Message(to=to, name=name, subject=subject, text=text, sender=sender)):
            return
        mail = message(config, unit.now, to=to, name=name, subject=subject, text=text, sender=sender)
        if config.mail.host:
            _by_smtp(config, mail)
        else:
            _to_file(config, mail, unit)

    return JobKind(name="core.mail", run=send)


def _by_smtp(config: InstanceConfig, mail: EmailMessage) -> None:
    settings = config.mail
    with smtplib.SMTP(settings.host, settings.port, timeout=TIMEOUT) as server:
        if settings.starttls:
            server.starttls()
        if settings.user and settings.password_file:
            server.login(settings.user, settings.password_file.read_text("utf-8").strip())
        server.send_message(mail)


def _to_file(config: InstanceConfig, mail: EmailMessage, unit: Unit) -> None:
    folder = config.folder / "mail"
    folder.mkdir(parents=True, exist_ok=True)
    stamp = unit.now.strftime("%Y%m%d-%H%M%S-%f")
    (folder / f"{stamp}-{abs(hash(mail['Message-ID'])) % 10**6:06d}.eml").write_bytes(mail.as_bytes())
