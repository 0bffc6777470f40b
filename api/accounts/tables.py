"""Tables of accounts. Tokens and keys are stored as hashes only; the audit log is only added to."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import JSON, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from knowledge_base.database import Base


class UserRow(Base):
    """A person. Rows are never deleted: what was done keeps its name.

    ``password_hash`` is empty and ``identity`` set for whoever signs in at the
    OpenID Connect provider (its issuer and subject).
    """

    __tablename__ = "users"

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    name: Mapped[str] = mapped_column(String(60), unique=True)
    display_name: Mapped[str] = mapped_column(String(60))
    password_hash: Mapped[str] = mapped_column(String(255))
    identity: Mapped[str | None] = mapped_column(String(255), unique=True)
    roles: Mapped[list[str]] = mapped_column(JSON)
    queues: Mapped[list[str]] = mapped_column(JSON)
    level: Mapped[int]
    capacity: Mapped[int]
    disabled: Mapped[bool]
    created_at: Mapped[dt.datetime]


class SessionRow(Base):
    """A person's sign-in in one browser; ``id`` is the hash of the cookie's token."""

    __tablename__ = "sessions"

    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    user_id: Mapped[str] = mapped_column(ForeignKey("users.id"), index=True)
    csrf: Mapped[str] = mapped_column(String(43))
    address: Mapped[str] = mapped_column(String(45))
    created_at: Mapped[dt.datetime]
    last_seen_at: Mapped[dt.datetime]
    expires_at: Mapped[dt.datetime] = mapped_column(index=True)

    user: Mapped[UserRow] = relationship(lazy="joined", innerjoin=True)


class ApiKeyRow(Base):
    """A machine's key; ``secret_hash`` is that of the whole key."""

    __tablename__ = "api_keys"

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    name: Mapped[str] = mapped_column(String(60))
    prefix: Mapped[str] = mapped_column(String(12))
    secret_hash: Mapped[str] = mapped_column(String(64), unique=True)
    scopes: Mapped[list[str]] = mapped_column(JSON)
    created_by: Mapped[str] = mapped_column(String(120))
    created_at: Mapped[dt.datetime]
    last_used_at: Mapped[dt.datetime | None]
    revoked_at: Mapped[dt.datetime | None]


class SetupLinkRow(Base):
    """A one-time link to make the first account; ``id`` is the hash of its token."""

    __tablename__ = "setup_links"

    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    expires_at: Mapped[dt.datetime]


class ProviderSignInRow(Base):
    """A sign-in that is under way at the OpenID Connect provider.

    ``id`` is the hash of the state, ``browser`` that of the cookie which binds it
    to the browser where it began.
    """

    __tablename__ = "provider_sign_ins"

    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    browser: Mapped[str] = mapped_column(String(64))
    nonce: Mapped[str] = mapped_column(String(43))
    code_verifier: Mapped[str] = mapped_column(String(64))
    redirect_uri: Mapped[str] = mapped_column(String(500))
    next_page: Mapped[str] = mapped_column(String(200))
    expires_at: Mapped[dt.datetime] = mapped_column(index=True)


class AuditRow(Base):
    """Who did what to what; a trigger of the database refuses to change or delete it."""

    __tablename__ = "audit"

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[dt.datetime] = mapped_column(index=True)
    actor: Mapped[str] = mapped_column(String(120), index=True)
    action: Mapped[str] = mapped_column(String(60), index=True)
    subject: Mapped[str] = mapped_column(String(200), index=True)
    detail: Mapped[dict[str, Any]] = mapped_column(JSON)
