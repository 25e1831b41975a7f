"""Sessions, mailed sign-in links and the count of attempts."""

from datetime import datetime

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from courtil.store.base import Base, Key, refers


class Session(Base):
    """A signed-in browser; only the hash of its cookie is kept."""

    __tablename__ = "core_session"

    id: Mapped[Key]
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    person_id: Mapped[int] = refers("core_person.id")
    created_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    device: Mapped[str] = mapped_column(String(200), default="")
    flash: Mapped[str] = mapped_column(String(1000), default="")
    ended_at: Mapped[datetime | None]


class SignInLink(Base):
    """A link sent by mail: ten minutes, one use."""

    __tablename__ = "core_sign_in_link"

    id: Mapped[Key]
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    person_id: Mapped[int] = refers("core_person.id")
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class Attempt(Base):
    """One try at something limited: `key` hashes what is limited (account, address, action)."""

    __tablename__ = "core_attempt"

    id: Mapped[Key]
    key: Mapped[str] = mapped_column(String(64), index=True)
    at: Mapped[datetime] = mapped_column(index=True)
