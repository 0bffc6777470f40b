"""Which channels an installation has, by settings."""

from __future__ import annotations

import base64
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, HttpUrl, SecretStr, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from knowledge_base.errors import InvalidInputError, NotFoundError

_SHORTEST_KEY = 32
"""Bytes of a key for HMAC-SHA256 (RFC 7518, section 3.2)."""

_BASE64_MARK = "whsec_"


class Channel(BaseModel):
    """One channel.

    Attributes:
        name: Its id, as in ``POST /v1/conversations``.
        kind: ``page`` for the widget, ``webhook`` for a gateway.
        key: Shared with the site's server or the gateway; signs customer tokens or messages.
        site: Channels of one site share their verified customers; empty is a site of its own.
        callback_url: Where a webhook's outgoing messages go.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: Annotated[str, Field(pattern=r"^[a-z0-9_-]{1,40}$")]
    kind: Literal["page", "webhook"] = "page"
    key: SecretStr | None = None
    site: str = Field(default="", max_length=40)
    callback_url: HttpUrl | None = None

    @model_validator(mode="after")
    def _whole(self) -> Self:
        # A mark without base64 behind it is a ValueError too.
        if self.key and len(self.key_bytes) < _SHORTEST_KEY:
            raise ValueError(f"the key of channel {self.name!r} is shorter than {_SHORTEST_KEY} bytes")
        if self.kind == "webhook" and self.key is None:
            raise ValueError(f"channel {self.name!r} is a webhook and needs a key")
        return self

    @property
    def key_bytes(self) -> bytes:
        """Return the key; behind ``whsec_`` it is base64, as gateways' libraries write it."""
        text = self.key.get_secret_value() if self.key else ""
        if not text.startswith(_BASE64_MARK):
            return text.encode()
        return base64.b64decode(text.removeprefix(_BASE64_MARK), validate=True)


class ChannelSettings(BaseSettings):
    """Read from ``BAOWEN_CHANNELS``, a JSON list.

    Attributes:
        channels: All channels; a page ``web`` without a key by default.
    """

    model_config = SettingsConfigDict(env_prefix="BAOWEN_", frozen=True, env_ignore_empty=True)

    channels: tuple[Channel, ...] = (Channel(name="web"),)

    @model_validator(mode="after")
    def _distinct(self) -> Self:
        names = [channel.name for channel in self.channels]
        if len(set(names)) < len(names):
            raise ValueError("two channels have the same name")
        return self

    def webhook_channel(self, name: str) -> Channel:
        """Return the channel of a gateway.

        Raises:
            NotFoundError: There is none of that name.
        """
        found = self._named(name, "webhook")
        if not found:
            raise NotFoundError(f"There is no webhook channel {name[:40]!r}. See BAOWEN_CHANNELS.")
        return found

    def page_channel(self, name: str) -> Channel:
        """Return a channel that pages may start conversations on.

        Raises:
            InvalidInputError: There is none of that name.
        """
        found = self._named(name, "page")
        if not found:
            known = ", ".join(repr(one.name) for one in self.channels if one.kind == "page") or "none"
            raise InvalidInputError(f"There is no page channel {name!r}; known ones: {known}.")
        return found

    def _named(self, name: str, kind: str) -> Channel | None:
        return next((one for one in self.channels if (one.name, one.kind) == (name, kind)), None)
