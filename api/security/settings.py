"""Settings of what faces the network: sessions, limits, origins, the company's own sign-in."""

from __future__ import annotations

import datetime as dt
import ipaddress
from functools import cache
from typing import Annotated, Literal, Self
from urllib.parse import urlsplit

from limits import RateLimitItem, parse
from pydantic import AfterValidator, Field, HttpUrl, SecretStr, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from api.accounts.roles import Role
from api.accounts.sessions import SessionLimits


def _known_limit(text: str) -> str:
    parse(text)
    return text


def _origin(text: str) -> str:
    address = HttpUrl(text)
    port = "" if address.port in (80, 443) and f":{address.port}" not in text else f":{address.port}"
    if text != f"{address.scheme}://{address.host}{port}":
        raise ValueError(f"{text!r} is no origin; write it as https://www.example.com, without a path")
    return text


RateLimit = Annotated[str, AfterValidator(_known_limit)]
Origin = Annotated[str, AfterValidator(lambda text: text if text == "*" else _origin(text))]


class SecuritySettings(BaseSettings):
    """Read from the environment (``BAOWEN_SESSION_HOURS``...).

    Attributes:
        public_url: Address under which browsers reach the service, where it is not that
            of the request (behind a proxy): for links and the provider's way back.
        secure_cookies: Whether cookies go over https only; auto asks each request.
        session_idle_minutes: A session ends after so long without a request.
        session_hours: A session ends after so long in any case.
        sign_in_limit: Tries to sign in for one name from one address.
        sign_in_name_limit: Tries for one name, from anywhere.
        sign_in_address_limit: Tries from one address, for any name.
        address_limit: Requests to the API from one address.
        key_limit: Requests with one API key.
        message_limit: Messages and files of one conversation.
        max_body_kb: Largest request body, in kilobytes (1024 bytes).
        max_upload_mb: Largest file that may be uploaded, in megabytes.
        request_seconds: A reply begins within so long, or the request is given up.
        allowed_origins: For each site (channel) the origins of its pages that may
            embed the widget; ``*`` for any. The service's own pages always may.
        oidc_discovery_url: Address of the provider's description; empty for none.
        oidc_client_id: The name under which the provider knows this installation.
        oidc_client_secret: Its secret; empty for a public client.
        oidc_scopes: What is asked of the provider.
        oidc_roles_claim: The claim that lists a person's groups.
        oidc_roles: For each group the role it gives; whoever has none stays out.
        oidc_name: What the button on the sign-in page calls the provider.
    """

    model_config = SettingsConfigDict(env_prefix="BAOWEN_", frozen=True, env_ignore_empty=True)

    public_url: HttpUrl | None = None
    secure_cookies: Literal["auto", "always"] = "auto"
    session_idle_minutes: float = Field(default=60, gt=0)
    session_hours: float = Field(default=12, gt=0)
    sign_in_limit: RateLimit = "5/5 minutes"
    sign_in_name_limit: RateLimit = "50/hour"
    sign_in_address_limit: RateLimit = "30/5 minutes"
    address_limit: RateLimit = "1200/minute"
    key_limit: RateLimit = "3000/minute"
    message_limit: RateLimit = "60/minute"
    max_body_kb: int = Field(default=1024, ge=1)
    max_upload_mb: int = Field(default=10, ge=1)
    request_seconds: float = Field(default=30, gt=0)
    allowed_origins: dict[str, tuple[Origin, ...]] = Field(default_factory=dict)
    oidc_discovery_url: HttpUrl | None = None
    oidc_client_id: str = ""
    oidc_client_secret: SecretStr = SecretStr("")
    oidc_scopes: str = "openid profile email"
    oidc_roles_claim: str = "groups"
    oidc_roles: dict[str, Role] = Field(default_factory=dict)
    oidc_name: str = Field(default="公司账号", min_length=1, max_length=30)

    @property
    def session_limits(self) -> SessionLimits:
        """Return how long sessions last."""
        return SessionLimits(
            dt.timedelta(minutes=self.session_idle_minutes), dt.timedelta(hours=self.session_hours)
        )

    @model_validator(mode="after")
    def _a_provider_is_whole(self) -> Self:
        if self.oidc_discovery_url is None:
            return self
        if not is_protected(str(self.oidc_discovery_url)):
            raise ValueError("BAOWEN_OIDC_DISCOVERY_URL must be an https address")
        if not self.oidc_client_id or not self.oidc_roles:
            raise ValueError("BAOWEN_OIDC_DISCOVERY_URL needs BAOWEN_OIDC_CLIENT_ID and BAOWEN_OIDC_ROLES")
        return self


def is_protected(address: str) -> bool:
    """Tell whether what goes to an address is encrypted, or stays on this machine."""
    parts = urlsplit(address)
    return parts.scheme == "https" or (parts.scheme == "http" and _is_this_machine(parts.hostname or ""))


def _is_this_machine(host: str) -> bool:
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


@cache
def limit_of(text: str) -> RateLimitItem:
    """Return the limit that a text such as ``5/minute`` describes."""
    return parse(text)
