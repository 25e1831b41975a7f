"""What keeps an instance going: settings, plugins switched on, jobs, the event log."""

from datetime import datetime
from typing import Any

from sqlalchemy import String, Text
from sqlalchemy.orm import Mapped, mapped_column

from courtil.store.base import Base, Key, Name, Words, refers


class Setting(Base):
    """The settings of one owner (the core's areas, a plugin), as its model wrote them."""

    __tablename__ = "core_setting"

    owner: Mapped[str] = mapped_column(String(60), primary_key=True)
    value: Mapped[dict[str, Any]] = mapped_column(default=dict)
    changed_at: Mapped[datetime]
    changed_by: Mapped[int | None]


class SettingVersion(Base):
    """Settings as they were until somebody changed them; secrets are left out."""

    __tablename__ = "core_setting_version"

    id: Mapped[Key]
    owner: Mapped[str] = mapped_column(String(60), index=True)
    value: Mapped[dict[str, Any]] = mapped_column(default=dict)
    changed_at: Mapped[datetime]
    changed_by: Mapped[int | None]


class PluginState(Base):
    """A plugin that was switched on here at least once."""

    __tablename__ = "core_plugin_state"

    name: Mapped[str] = mapped_column(String(60), primary_key=True)
    enabled: Mapped[bool] = mapped_column(default=False)
    changed_at: Mapped[datetime]
    changed_by: Mapped[int | None]


class Job(Base):
    """Work that waits for the commit of the change that asked for it.

    `event_id` names the event it follows, or the group it can be withdrawn with.
    """

    __tablename__ = "core_job"

    id: Mapped[Key]
    kind: Mapped[str] = mapped_column(String(60))
    payload: Mapped[dict[str, Any]] = mapped_column(default=dict)
    event_id: Mapped[str] = mapped_column(String(36), default="", index=True)
    run_at: Mapped[datetime] = mapped_column(index=True)
    leased_until: Mapped[datetime | None]
    attempts: Mapped[int] = mapped_column(default=0)
    done_at: Mapped[datetime | None]
    parked_at: Mapped[datetime | None]
    error: Mapped[str] = mapped_column(Text, default="")


class LogEntry(Base):
    """One event: who did what, when, to what. Rows are never changed."""

    __tablename__ = "core_log"

    id: Mapped[Key]
    event_id: Mapped[str] = mapped_column(String(36), unique=True)
    at: Mapped[datetime] = mapped_column(index=True)
    person_id: Mapped[int | None] = refers("core_person.id")
    person_name: Mapped[Name] = mapped_column(default="")
    kind: Mapped[str] = mapped_column(String(60), index=True)
    subject: Mapped[str] = mapped_column(String(60), default="", index=True)
    sentence: Mapped[Words] = mapped_column(default="")
    payload: Mapped[dict[str, Any]] = mapped_column(default=dict)
