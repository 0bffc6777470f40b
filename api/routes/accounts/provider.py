"""``/v1/session/provider``: signing in at the company's own OpenID Connect provider."""

from __future__ import annotations

import datetime as dt
import html
from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse
from sqlalchemy import delete
from sqlalchemy.orm import Session

from api.accounts.audit import note
from api.accounts.provider_users import user_of_provider
from api.accounts.sessions import open_session
from api.accounts.tables import ProviderSignInRow
from api.security.cookies import PROVIDER_COOKIE, set_provider_cookie, set_session_cookie
from api.security.gate import Gate, address_of, gate_of
from api.security.openid import OpenIdProvider, Person, ProviderError, SignInSecrets
from api.security.origins import own_origin
from knowledge_base.credentials import hash_token, new_token, same_secret
from knowledge_base.errors import BaowenError

router = APIRouter(tags=["session"], include_in_schema=False)

_LIFETIME = dt.timedelta(minutes=10)
Text = Annotated[str, Query(max_length=4000)]


class NoProviderError(BaowenError):
    """No provider is set."""

    code = "no_provider"
    http_status = 404


@router.get("/session/provider")
def begin(request: Request, following: Annotated[str, Query(alias="next", max_length=200)] = "") -> Response:
    """Send the browser to the provider."""
    gate, provider = _provider(request)
    way_back = f"{own_origin(request)}{request.url.path}/back"
    secrets, browser = SignInSecrets(new_token(), new_token(), new_token(), way_back), new_token()
    try:
        response = RedirectResponse(provider.address_for(secrets), 303)
    except ProviderError as error:
        return _back_to_sign_in(error.code)
    with gate.database.transaction() as session:
        _keep(session, secrets, browser, following if is_own_path(following) else "")
    set_provider_cookie(request, response, browser, int(_LIFETIME.total_seconds()))
    return response


@router.get("/session/provider/back")
def back(request: Request, state: Text = "", code: Text = "", error: Text = "") -> Response:
    """Sign in whoever comes back from the provider."""
    gate, provider = _provider(request)
    with gate.database.transaction() as session:
        kept = _take(session, state, request.cookies.get(PROVIDER_COOKIE, ""))
    if kept is None:
        return _back_to_sign_in("expired")
    if error or not code:
        return _back_to_sign_in("refused")
    secrets, following = kept
    try:
        person = provider.person_of(code, secrets)
    except ProviderError as failure:
        return _back_to_sign_in(failure.code)
    return _let_in(request, gate, person, following)


def is_own_path(path: str) -> bool:
    """Tell whether a path leads to a page of our own; ``//host`` and a backslash lead away."""
    return path.startswith("/") and not path.startswith("//") and path.isprintable() and "\\" not in path


def _provider(request: Request) -> tuple[Gate, OpenIdProvider]:
    gate = gate_of(request)
    if gate.provider is None:
        raise NoProviderError("No company sign-in is set up here. See BAOWEN_OIDC_DISCOVERY_URL.")
    return gate, gate.provider


def _keep(session: Session, secrets: SignInSecrets, browser: str, following: str) -> None:
    now = dt.datetime.now(dt.UTC)
    session.execute(delete(ProviderSignInRow).where(ProviderSignInRow.expires_at <= now))
    session.add(
        ProviderSignInRow(
            id=hash_token(secrets.state),
            browser=hash_token(browser),
            nonce=secrets.nonce,
            code_verifier=secrets.code_verifier,
            redirect_uri=secrets.redirect_uri,
            next_page=following,
            expires_at=now + _LIFETIME,
        )
    )


def _take(session: Session, state: str, browser: str) -> tuple[SignInSecrets, str] | None:
    """Return what was kept of a sign-in of this browser, once."""
    taken = delete(ProviderSignInRow).where(ProviderSignInRow.id == hash_token(state))
    row = session.scalars(taken.returning(ProviderSignInRow)).first()
    if row is None or row.expires_at <= dt.datetime.now(dt.UTC):
        return None
    if not same_secret(row.browser, hash_token(browser)):
        return None
    return SignInSecrets(state, row.nonce, row.code_verifier, row.redirect_uri), row.next_page


def _let_in(request: Request, gate: Gate, person: Person, following: str) -> Response:
    roles = {role for group, role in gate.settings.oidc_roles.items() if group in person.groups}
    now, address = dt.datetime.now(dt.UTC), address_of(request)
    with gate.database.transaction() as session:
        user = user_of_provider(
            session, person.issuer, person.subject, person.name, person.display_name, roles, now
        )
        if user is None:
            return _back_to_sign_in("no_role")
        token, opened = open_session(session, user.id, address, gate.settings.session_limits, now)
        note(session, opened.user.actor, "session.opened", user.actor, {"address": address, "provider": True})
    response = _onwards(f"/login?next={quote(following)}" if following else "/login")
    set_session_cookie(request, response, token)
    return response


def _onwards(path: str) -> Response:
    """Return a page that goes on by itself.

    A redirect would still count as coming from the provider, and the browser would
    not send the new session's cookie along.
    """
    return HTMLResponse(
        "<!doctype html><html lang='zh-CN'><meta charset='utf-8'><title>正在登录</title>"
        f"<meta http-equiv='refresh' content='0;url={html.escape(path, quote=True)}'><p>正在登录…</p></html>"
    )


def _back_to_sign_in(problem: str) -> Response:
    return RedirectResponse(f"/login?problem={problem}", 303)
