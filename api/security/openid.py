"""The company's own sign-in by OpenID Connect: authorization code flow with state, nonce and PKCE."""

from __future__ import annotations

import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import structlog

from api.security.settings import SecuritySettings, is_protected
from knowledge_base.credentials import same_secret
from knowledge_base.errors import BaowenError, MissingExtraError

_log = structlog.get_logger(__name__)

# Signatures that only the provider can make; never "none" or one made with the client's secret.
_ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA")
_TIMEOUT_SECONDS = 10.0
_DESCRIPTION_SECONDS = 600.0
_LEEWAY_SECONDS = 60
_WELL_KNOWN = "/.well-known/openid-configuration"


class ProviderError(BaowenError):
    """The provider is away, or what it says does not hold."""

    code = "provider"
    http_status = 502


@dataclass(frozen=True, slots=True)
class SignInSecrets:
    """What one sign-in is made of, kept here until the browser comes back."""

    state: str
    nonce: str
    code_verifier: str
    redirect_uri: str


@dataclass(frozen=True, slots=True)
class Person:
    """Whom the provider vouches for.

    Attributes:
        issuer: The provider.
        subject: The person's id there; with the issuer it is the identity.
        groups: What the provider says the person belongs to.
    """

    issuer: str
    subject: str
    name: str
    display_name: str
    groups: frozenset[str]


class OpenIdProvider:
    """Sends people to the provider and checks what they come back with."""

    def __init__(self, settings: SecuritySettings) -> None:
        self._settings = settings
        self._address = str(settings.oidc_discovery_url)
        self._description: dict[str, Any] = {}
        self._described_at = -_DESCRIPTION_SECONDS
        self._describing = threading.Lock()

    def address_for(self, secrets: SignInSecrets) -> str:
        """Return where to send the browser.

        Raises:
            ProviderError: The provider is away.
        """
        endpoint = self._described("authorization_endpoint")
        with self._client() as client:
            address, _ = client.create_authorization_url(
                endpoint,
                state=secrets.state,
                nonce=secrets.nonce,
                code_verifier=secrets.code_verifier,
                redirect_uri=secrets.redirect_uri,
            )
        return str(address)

    def person_of(self, code: str, secrets: SignInSecrets) -> Person:
        """Exchange a code for whom the provider vouches for.

        Raises:
            ProviderError: The provider is away, refuses the code, or its token does not hold.
        """
        from authlib.integrations.base_client import OAuthError
        from httpx2 import HTTPError
        from joserfc.errors import JoseError

        try:
            with self._client() as client:
                token = client.fetch_token(
                    self._described("token_endpoint"),
                    grant_type="authorization_code",
                    code=code,
                    code_verifier=secrets.code_verifier,
                    redirect_uri=secrets.redirect_uri,
                )
                claims = self._checked_claims(str(token.get("id_token", "")), secrets.nonce)
                return self._person(claims, self._told_by_userinfo(client, claims))
        except (OAuthError, HTTPError, JoseError, ValueError, KeyError) as error:
            raise self._failure("vouched for nobody", error) from error

    def _checked_claims(self, id_token: str, nonce: str) -> dict[str, Any]:
        from joserfc import jwt
        from joserfc.jwk import KeySet

        keys = KeySet.import_key_set(self._fetch(self._described("jwks_uri")))
        claims = jwt.decode(id_token, keys, algorithms=_ALGORITHMS).claims
        jwt.JWTClaimsRegistry(
            leeway=_LEEWAY_SECONDS,
            iss={"essential": True, "value": self._described("issuer")},
            aud={"essential": True, "value": self._settings.oidc_client_id},
            sub={"essential": True},
            exp={"essential": True},
            iat={"essential": True},
        ).validate(claims)
        if not same_secret(str(claims.get("nonce", "")), nonce):
            raise ValueError("the nonce is of another sign-in")
        if claims.get("azp", self._settings.oidc_client_id) != self._settings.oidc_client_id:
            raise ValueError("the token was made for another client")
        return dict(claims)

    def _told_by_userinfo(self, client: Any, claims: Mapping[str, Any]) -> dict[str, Any]:
        """Ask for what the token leaves out; some providers tell groups only there."""
        endpoint = self._description.get("userinfo_endpoint")
        if self._settings.oidc_roles_claim in claims or not endpoint:
            return {}
        told: dict[str, Any] = client.get(_require_https(endpoint)).raise_for_status().json()
        if told.get("sub") != claims["sub"]:
            raise ValueError("userinfo is about another person")
        return told

    def _person(self, claims: Mapping[str, Any], told: Mapping[str, Any]) -> Person:
        known = {**told, **claims}
        groups = known.get(self._settings.oidc_roles_claim) or []
        named = [str(known[key]) for key in ("preferred_username", "email") if known.get(key)]
        name = named[0] if named else str(known["sub"])
        return Person(
            issuer=str(claims["iss"]),
            subject=str(claims["sub"]),
            name=name,
            display_name=str(known.get("name") or name),
            groups=frozenset([groups] if isinstance(groups, str) else map(str, groups)),
        )

    def _described(self, what: str) -> str:
        """Return a part of the provider's description, which is read anew every ten minutes."""
        with self._describing:
            if time.monotonic() - self._described_at >= _DESCRIPTION_SECONDS:
                self._description = self._checked_description()
                self._described_at = time.monotonic()
            value = str(self._description.get(what, ""))
        return value if what == "issuer" else _require_https(value)

    def _checked_description(self) -> dict[str, Any]:
        found: dict[str, Any] = self._fetch(self._address)
        expected = self._address.removesuffix(_WELL_KNOWN).rstrip("/")
        if str(found.get("issuer", "")).rstrip("/") != expected:
            raise ProviderError(
                f"The provider calls itself {found.get('issuer')!r}, not {expected!r}. "
                f"Set BAOWEN_OIDC_DISCOVERY_URL to its issuer followed by {_WELL_KNOWN}."
            )
        return found

    def _fetch(self, address: str) -> Any:
        from httpx2 import HTTPError, get

        try:
            return get(address, timeout=_TIMEOUT_SECONDS).raise_for_status().json()
        except (HTTPError, ValueError) as error:
            raise self._failure("did not answer as it should", error) from error

    def _client(self) -> Any:
        from authlib.integrations.httpx_client import OAuth2Client

        secret = self._settings.oidc_client_secret.get_secret_value()
        methods = self._description.get("token_endpoint_auth_methods_supported", ["client_secret_basic"])
        by_header = "client_secret_basic" if "client_secret_basic" in methods else "client_secret_post"
        return OAuth2Client(
            client_id=self._settings.oidc_client_id,
            client_secret=secret or None,
            token_endpoint_auth_method=by_header if secret else "none",
            scope=self._settings.oidc_scopes,
            code_challenge_method="S256",
            leeway=0,  # the access token is used at once, however short it lasts
            timeout=_TIMEOUT_SECONDS,
        )

    def _failure(self, what: str, error: Exception) -> ProviderError:
        _log.error("provider_failed", what=what, error=type(error).__name__)
        return ProviderError(
            f"The sign-in at {self._address!r} {what} ({type(error).__name__}). "
            "Try again; if it stays so, check BAOWEN_OIDC_CLIENT_ID, the secret and the clock."
        )


def provider_of(settings: SecuritySettings) -> OpenIdProvider | None:
    """Return the provider of the settings, if any.

    Raises:
        MissingExtraError: A provider is set and its libraries are not installed.
    """
    if settings.oidc_discovery_url is None:
        return None
    try:
        import authlib  # noqa: F401
        import httpx2  # noqa: F401
        import joserfc  # noqa: F401
    except ImportError as error:
        raise MissingExtraError(
            f"BAOWEN_OIDC_DISCOVERY_URL is set and {error.name!r} is not installed; "
            "install it with: pip install 'baowen[oidc]'"
        ) from None
    return OpenIdProvider(settings)


def _require_https(address: str) -> str:
    if not is_protected(address):
        raise ProviderError(f"The provider names {address!r}, which is no https address.")
    return address
