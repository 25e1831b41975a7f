"""Signing in: passwords, mailed links, sessions, and the limits on attempts."""

import hashlib
import secrets
import threading
import unicodedata
from dataclasses import replace
from datetime import datetime, timedelta

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy import ColumnElement, delete, func, select, update

from courtil.domain.access import Actor
from courtil.domain.events import SignedIn
from courtil.domain.passwords import password_problem
from courtil.domain.problems import NotFound, Problem, Refused
from courtil.domain.words import _
from courtil.plugin.payloads import RequestFacts
from courtil.services import access
from courtil.services.settings import amap_settings
from courtil.services.unit import Reader, Unit
from courtil.store.people import Person
from courtil.store.signin import Attempt, Session, SignInLink

LINK_LIFE = timedelta(minutes=10)
IDLE_SESSION = timedelta(days=30)
LONGEST_SESSION = timedelta(days=90)
SEEN_EVERY = timedelta(hours=1)

WINDOW = timedelta(minutes=15)
TRIES_PER_ACCOUNT = 5
TRIES_PER_ADDRESS = 20
MAILS_PER_ACCOUNT = 3
MAILS_PER_ADDRESS = 30
MAIL_WINDOW = timedelta(hours=1)

ACCOUNT_ACTIONS = ("password", "mail-account")
"""What is counted by the address of the account."""

_hasher = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
_hashing = threading.Semaphore(2)
_DUMMY = _hasher.hash("a household nobody has")


class TooMany(Exception):
    """Too many attempts; `wait` is how long to pause."""

    def __init__(self, wait: timedelta) -> None:
        self.wait = wait
        super().__init__()


def digest(text: str) -> str:
    """What is kept of a secret: its SHA-256."""
    return hashlib.sha256(text.encode()).hexdigest()


def _normal(password: str) -> str:
    return unicodedata.normalize("NFC", password)


def set_password(unit: Unit, person: Person, password: str) -> None:
    """Give the person a password and end her other sessions. Raises Refused on a weak one."""
    problem = password_problem(_normal(password), amap_settings(unit).name)
    if problem:
        raise Refused(Problem(problem, "password"))
    with _hashing:
        person.password_hash = _hasher.hash(_normal(password))
    keep = unit.actor.session_id if unit.actor and unit.actor.person_id == person.id else None
    end_sessions(unit, person.id, keep=keep)


def person_with(reader: Reader, email: str) -> Person | None:
    """Who signs in with this address."""
    query = select(Person).where(Person.email == email.strip().lower(), Person.archived_at.is_(None))
    return reader.session.scalars(query).one_or_none()


def check_password(unit: Unit, email: str, password: str) -> Person | None:
    """The person if the password is hers; the time taken says nothing about whether she exists."""
    person = person_with(unit, email)
    known = person.password_hash if person else None
    with _hashing:
        try:
            _hasher.verify(known or _DUMMY, _normal(password)[:1024])
        except (VerificationError, InvalidHashError):
            return None
    if person is None or known is None:
        return None
    if _hasher.check_needs_rehash(known):
        with _hashing:
            person.password_hash = _hasher.hash(_normal(password))
    return person


def count(unit: Unit, action: str, who: str, most: int, window: timedelta) -> None:
    """Count an attempt, kept by the caller's commit. Raises TooMany beyond `most` in the window."""
    key = digest(f"{action}:{who}")
    unit.execute(delete(Attempt).where(Attempt.at < unit.now - timedelta(days=1)))
    recent = select(func.count(), func.max(Attempt.at)).where(Attempt.key == key, Attempt.at > unit.now - window)
    tried, last = unit.rows(recent)[0]
    if tried >= most:
        wait = timedelta(seconds=min(30 * (tried - most + 1), int(WINDOW.total_seconds())))
        since = unit.now - last
        if since < wait:
            raise TooMany(wait - since)
    unit.add(Attempt(key=key, at=unit.now))


def forget_attempts(unit: Unit, action: str, who: str) -> None:
    """A success: the count starts anew."""
    unit.execute(delete(Attempt).where(Attempt.key == digest(f"{action}:{who}")))


def forget(unit: Unit, person: Person) -> None:
    """Forget her sessions, her links and the attempts at her account."""
    unit.execute(delete(Session).where(Session.person_id == person.id))
    unit.execute(delete(SignInLink).where(SignInLink.person_id == person.id))
    for action in ACCOUNT_ACTIONS if person.email else ():
        forget_attempts(unit, action, person.email or "")


def new_link(unit: Unit, person: Person) -> str:
    """A fresh secret for a mailed link: ten minutes, one use. Earlier ones of the same person stop working."""
    token = secrets.token_urlsafe(32)
    unit.execute(update(SignInLink).where(SignInLink.person_id == person.id).values(used_at=unit.now))
    unit.add(
        SignInLink(token_hash=digest(token), person_id=person.id, created_at=unit.now, expires_at=unit.now + LINK_LIFE)
    )
    return token


def use_link(unit: Unit, token: str) -> Person:
    """The person of the link, which is now used. Raises Refused without saying why."""
    statement = (
        update(SignInLink)
        .where(SignInLink.token_hash == digest(token), SignInLink.used_at.is_(None), SignInLink.expires_at > unit.now)
        .values(used_at=unit.now)
        .returning(SignInLink.person_id)
    )
    person_id = unit.session.scalar(statement)
    person = unit.session.get(Person, person_id) if person_id else None
    if person is None or person.archived_at:
        raise Refused(_("Ce lien a déjà servi ou n’est plus valable. Demandez-en un nouveau."))
    return person


def start_session(unit: Unit, person: Person, device: str = "") -> str:
    """Open a session and give its secret, for the cookie."""
    token = secrets.token_urlsafe(32)
    unit.add(
        Session(
            token_hash=digest(token),
            person_id=person.id,
            created_at=unit.now,
            seen_at=unit.now,
            expires_at=unit.now + LONGEST_SESSION,
            device=device[:200],
        )
    )
    unit.record(SignedIn(person_id=person.id, name=person.full_name, actor_id=person.id, actor_name=person.full_name))
    return token


def _live(now: datetime) -> list[ColumnElement[bool]]:
    return [Session.ended_at.is_(None), Session.expires_at > now, Session.seen_at > now - IDLE_SESSION]


def actor_of(reader: Reader, token: str | None) -> Actor | None:
    """Who holds this session, with what she may do now; None when it has ended."""
    if not token:
        return None
    query = (
        select(Session, Person)
        .join(Person, Person.id == Session.person_id)
        .where(Session.token_hash == digest(token), Person.archived_at.is_(None), *_live(reader.now))
    )
    found = reader.session.execute(query).one_or_none()
    if found is None:
        return None
    session, person = found
    actor = actor_for(reader, person, session.id)
    return replace(actor, unseen=session.seen_at < reader.now - SEEN_EVERY)


def vouched_for(reader: Reader, request: RequestFacts) -> Actor | None:
    """Who a plugin says is there, if her address is that of somebody present; she has no session of ours."""
    said = reader.hooks.who_is(request, reader)
    person = person_with(reader, said.email) if said else None
    return replace(actor_for(reader, person), issuer=said.issuer) if said and person else None


def actor_for(reader: Reader, person: Person, session_id: int | None = None) -> Actor:
    """The person as an actor, with what she may do now."""
    [actor] = access.actors(reader, [person])
    return replace(actor, session_id=session_id)


def touch(unit: Unit, session_id: int | None) -> None:
    """Note that the session was used."""
    unit.execute(update(Session).where(Session.id == session_id).values(seen_at=unit.now))


def sessions_of(reader: Reader, person_id: int) -> list[Session]:
    """The open sessions of a person, the latest first."""
    query = select(Session).where(Session.person_id == person_id, *_live(reader.now)).order_by(Session.seen_at.desc())
    return list(reader.all(query))


def end_session(unit: Unit, person_id: int, session_id: int) -> None:
    """End one session of this person. Raises NotFound when it is not hers."""
    mine = (Session.id == session_id, Session.person_id == person_id)
    ended = unit.execute(update(Session).where(*mine).values(ended_at=unit.now))
    if not ended.rowcount:
        raise NotFound("session")


def end_sessions(unit: Unit, person_id: int, keep: int | None = None) -> None:
    """End every session of this person but one."""
    ended = [Session.person_id == person_id, Session.ended_at.is_(None)]
    if keep is not None:
        ended.append(Session.id != keep)
    unit.execute(update(Session).where(*ended).values(ended_at=unit.now))
