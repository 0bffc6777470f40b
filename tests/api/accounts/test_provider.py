"""Signing in at a real OpenID Connect provider."""

import sys
import time
from urllib.parse import parse_qs, urlsplit

import httpx2
import pytest
from fastapi.testclient import TestClient

from api.accounts.audit import list_notes
from api.accounts.roles import Role
from api.accounts.users import UserDetails, change_user, find_user, list_users
from api.routes.accounts.provider import is_own_path
from api.security.installing import provider_of
from api.security.settings import SecuritySettings
from knowledge_base.errors import MissingExtraError
from tests.api.accounts.openid_provider import CLIENT_ID, CLIENT_SECRET, running_provider
from tests.api.conftest import DEED, code_of

WELL_KNOWN = "/.well-known/openid-configuration"


@pytest.fixture
def provider():
    with running_provider() as provider:
        yield provider


def settings_for(provider, **changes):
    return {
        "oidc_discovery_url": provider.issuer + WELL_KNOWN,
        "oidc_client_id": CLIENT_ID,
        "oidc_client_secret": CLIENT_SECRET,
        "oidc_roles": {"kefu": "agent", "kefu-leads": "supervisor", "it": "admin"},
        **changes,
    }


@pytest.fixture
def browser(make_app, provider):
    """A browser on an application that trusts the provider."""
    return TestClient(
        make_app(**settings_for(provider)), base_url="https://desk.example", follow_redirects=False
    )


def go_to_provider(browser, **query):
    """Begin, sign in at the provider, and return the address that it sends the browser back to."""
    begun = browser.get("/v1/session/provider", params=query)
    assert begun.status_code == 303
    return httpx2.get(begun.headers["location"]).headers["location"]


def path_of(address):
    parts = urlsplit(address)
    return f"{parts.path}?{parts.query}"


def come_back(browser, **query):
    return browser.get(path_of(go_to_provider(browser, **query)))


def problem_of(response):
    assert response.status_code == 303
    assert "baowen_session" not in response.headers.get("set-cookie", "")
    return parse_qs(urlsplit(response.headers["location"]).query)["problem"][0]


def test_the_first_sign_in_makes_an_account_with_the_mapped_roles(browser, provider, database):
    assert browser.get("/v1/session/methods").json() == {"password": True, "provider": "公司账号"}
    response = come_back(browser, next="/desk?x=1&y=2")
    assert response.status_code == 200
    assert "url=/login?next=/desk%3Fx%3D1%26y%3D2" in response.text
    told = browser.get("/v1/session").json()["user"]
    assert (told["name"], told["display_name"], told["roles"]) == ("zhang.wei", "张伟", ["agent"])
    assert told["external"]
    with database.reading() as session:
        assert [one.action for one in list_notes(session)] == ["session.opened", "user.added"]


def test_what_is_asked_is_different_each_time_and_the_code_is_protected(browser, provider):
    come_back(browser)
    come_back(browser)
    one, other = provider.asked
    for secret in ("state", "nonce", "code_challenge"):
        assert len(one[secret]) >= 43
        assert one[secret] != other[secret]
    assert one["redirect_uri"] == "https://desk.example/v1/session/provider/back"


def test_a_later_sign_in_keeps_the_account_and_renews_its_roles(browser, provider, database):
    come_back(browser)
    first = browser.get("/v1/session").json()["user"]
    with database.transaction() as session:
        change_user(session, first["id"], UserDetails(queues=["claims"], level=2), DEED)
    provider.person |= {"groups": ["kefu-leads", "unknown"], "name": "张伟（组长）"}
    come_back(browser)
    told = browser.get("/v1/session").json()["user"]
    assert (told["id"], told["roles"], told["display_name"]) == (first["id"], ["supervisor"], "张伟（组长）")
    assert (told["queues"], told["level"]) == (["claims"], 2)


def test_a_name_at_the_provider_opens_no_account_that_is_here(browser, provider, make_user, database):
    local = make_user("zhang.wei", Role.ADMIN)
    come_back(browser)
    told = browser.get("/v1/session").json()["user"]
    assert told["id"] != local.id
    assert told["name"].startswith("zhang.wei-") and told["roles"] == ["agent"]


def test_names_that_are_unusable_here_are_replaced(browser, provider):
    provider.person |= {"preferred_username": "张伟 ☺", "name": "\x07 张\t伟"}
    come_back(browser)
    told = browser.get("/v1/session").json()["user"]
    assert told["name"].startswith("user-") and told["display_name"] == "张 伟"


def test_groups_may_stand_at_userinfo(browser, provider):
    provider.groups_by_userinfo = True
    come_back(browser)
    assert browser.get("/v1/session").json()["user"]["roles"] == ["agent"]
    provider.userinfo_sub = "u-2"
    assert problem_of(come_back(browser)) == "provider"


def test_the_secret_may_go_in_the_form(browser, provider):
    provider.methods = ["client_secret_post"]
    assert come_back(browser).status_code == 200


def test_whoever_lost_the_group_is_out_at_once(browser, provider, database):
    come_back(browser)
    other = TestClient(browser.app, base_url="https://desk.example", follow_redirects=False)
    provider.person["groups"] = ["canteen"]
    assert problem_of(come_back(other)) == "no_role"
    assert code_of(browser.get("/v1/session")) == (401, "not_signed_in")


def test_a_disabled_account_stays_out(browser, provider, database):
    come_back(browser)
    with database.transaction() as session:
        change_user(session, find_user(session, "zhang.wei").id, UserDetails(disabled=True), DEED)
    assert problem_of(come_back(browser)) == "no_role"


def test_no_password_opens_an_external_account(browser, provider):
    come_back(browser)
    for password in ("", "drei Birnen im Zug"):
        body = {"name": "zhang.wei", "password": password}
        assert code_of(browser.post("/v1/session", json=body)) == (401, "wrong_password")


@pytest.mark.parametrize(
    "lies",
    [
        {"nonce": "other"},
        {"nonce": None},
        {"aud": "another-client"},
        {"aud": None},
        {"azp": "another-client"},
        {"iss": "http://127.0.0.1:1"},
        pytest.param({"exp": int(time.time()) - 3600}, id="late"),
        {"exp": None},
        pytest.param({"iat": int(time.time()) + 3600}, id="early"),
        {"sub": None},
    ],
    ids=str,
)
def test_a_token_that_does_not_hold_lets_nobody_in(browser, provider, database, lies):
    provider.lies = lies
    assert problem_of(come_back(browser)) == "provider"
    with database.reading() as session:
        assert list_users(session) == []


@pytest.mark.parametrize("key", ["other", "hmac", "none"])
def test_a_token_signed_by_another_lets_nobody_in(browser, provider, key):
    provider.signs_with = key
    assert problem_of(come_back(browser)) == "provider"


def test_the_way_back_works_once_and_in_the_same_browser_alone(browser, provider, make_app):
    back = path_of(go_to_provider(browser))
    stranger = TestClient(browser.app, base_url="https://desk.example", follow_redirects=False)
    assert problem_of(stranger.get(back)) == "expired"
    assert problem_of(browser.get(back)) == "expired"  # whoever tried it has used it up
    back = path_of(go_to_provider(browser))
    assert browser.get(back).status_code == 200
    assert problem_of(browser.get(back)) == "expired"
    forged = go_to_provider(browser).replace("state=", "state=x")
    assert problem_of(browser.get(path_of(forged))) == "expired"


def test_a_refusal_at_the_provider_is_told(browser, provider):
    state = parse_qs(urlsplit(go_to_provider(browser)).query)["state"][0]
    back = browser.get("/v1/session/provider/back", params={"state": state, "error": "access_denied"})
    assert problem_of(back) == "refused"


def test_a_code_of_another_sign_in_is_refused(browser, provider):
    first = parse_qs(urlsplit(go_to_provider(browser)).query)
    second = parse_qs(urlsplit(go_to_provider(browser)).query)
    mixed = {"state": second["state"][0], "code": first["code"][0]}
    assert problem_of(browser.get("/v1/session/provider/back", params=mixed)) == "provider"


def test_a_provider_that_is_away_is_told(make_app, provider):
    gone = settings_for(provider, oidc_discovery_url="http://127.0.0.1:9" + WELL_KNOWN)
    client = TestClient(make_app(**gone), follow_redirects=False)
    assert problem_of(client.get("/v1/session/provider")) == "provider"


def test_a_description_of_another_issuer_is_refused(browser, provider):
    provider.issuer = provider.issuer.replace("127.0.0.1", "localhost")
    assert problem_of(browser.get("/v1/session/provider")) == "provider"


def test_the_session_cookie_is_strict_and_the_way_there_lax(browser, provider):
    begun = browser.get("/v1/session/provider")
    assert "samesite=lax" in begun.headers["set-cookie"].lower()
    back = browser.get(path_of(httpx2.get(begun.headers["location"]).headers["location"]))
    assert "samesite=strict" in back.headers["set-cookie"].lower()


def test_without_settings_there_is_no_provider(client):
    assert code_of(client.get("/v1/session/provider")) == (404, "no_provider")
    assert client.get("/v1/session/methods").json()["provider"] is None


def test_a_missing_extra_names_the_install_command(provider, monkeypatch):
    monkeypatch.setitem(sys.modules, "authlib", None)
    with pytest.raises(MissingExtraError, match=r"pip install 'baowen\[oidc\]'"):
        provider_of(SecuritySettings(**settings_for(provider)))


@pytest.mark.parametrize(
    ("path", "own"),
    [
        ("/desk", True),
        ("/desk?x=1#y", True),
        ("//evil.example", False),
        ("/\\evil.example", False),
        ("https://evil.example", False),
        ("/a\nb", False),
        ("", False),
    ],
)
def test_the_page_to_go_on_to_is_ours(path, own):
    assert is_own_path(path) is own
