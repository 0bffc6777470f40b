"""Signing in, people, keys and the audit log over HTTP."""

import pytest
from fastapi.testclient import TestClient

from api.accounts.roles import Permission, Role
from api.accounts.setup import make_setup_link
from tests.api.conftest import NOW, PASSWORD, code_of, sign_in

NEW = {"name": "wang", "password": "vier Kirschen im Bus", "roles": ["agent"], "queues": ["claims"]}


@pytest.fixture
def admin(client, make_user):
    """A browser where an admin is signed in."""
    make_user("boss", Role.ADMIN, display_name="老板")
    assert sign_in(client, "boss").status_code == 201
    return client


def notes(client, action=""):
    return client.get("/v1/audit", params={"action": action}).json()["notes"]


def test_signing_in_and_out(client, make_user):
    user = make_user("li", display_name="李莉", queues=["claims"])
    assert code_of(client.get("/v1/session")) == (401, "not_signed_in")
    response = sign_in(client, "LI ")
    told = response.json()["user"]
    assert (told["id"], told["name"], told["display_name"]) == (user.id, "li", "李莉")
    assert told["permissions"] == ["reveal", "tickets:work"]
    assert client.get("/v1/session").json() == response.json()
    token = client.cookies["baowen_session"]
    assert client.delete("/v1/session").status_code == 204
    assert "baowen_session" not in client.cookies
    client.cookies.set("baowen_session", token)
    assert code_of(client.get("/v1/session")) == (401, "not_signed_in")


def test_the_cookie_is_for_our_pages_alone(make_app, make_user):
    make_user("li")
    for address, secure in (("https://desk.example", True), ("http://desk.example", False)):
        cookie = sign_in(TestClient(make_app(), base_url=address)).headers["set-cookie"].lower()
        assert "httponly" in cookie and "samesite=strict" in cookie and "path=/" in cookie
        assert ("secure" in cookie) is secure
    always = TestClient(make_app(secure_cookies="always"), base_url="http://desk.example")
    assert "secure" in sign_in(always).headers["set-cookie"].lower()


def test_a_new_sign_in_ends_the_one_before(client, make_user):
    make_user("li")
    sign_in(client)
    old = client.cookies["baowen_session"]
    sign_in(client)
    assert client.cookies["baowen_session"] != old
    other = TestClient(client.app, base_url="https://desk.example", cookies={"baowen_session": old})
    assert code_of(other.get("/v1/session")) == (401, "not_signed_in")


@pytest.mark.parametrize(
    "body",
    [
        {"name": "li", "password": "wrong"},
        {"name": "nobody", "password": PASSWORD},
        {"name": "\x00", "password": PASSWORD},
        {"name": "away", "password": PASSWORD},
    ],
)
def test_what_was_wrong_is_not_told(client, make_user, body):
    make_user("li")
    make_user("away", disabled=True)
    response = client.post("/v1/session", json=body)
    assert code_of(response) == (401, "wrong_password")
    assert "set-cookie" not in response.headers


@pytest.mark.parametrize(
    "body",
    [{}, {"name": "li"}, {"name": 5, "password": "x"}, {"name": "li", "password": "x" * 300}, [], "x"],
)
def test_malformed_sign_ins_are_422(client, body):
    assert code_of(client.post("/v1/session", json=body)) == (422, "invalid_request")


def test_other_sites_cannot_sign_anybody_in(client, make_user):
    make_user("li")
    client.headers["Sec-Fetch-Site"] = "cross-site"
    assert code_of(sign_in(client)) == (403, "forbidden")


def test_guessing_one_name_is_slowed_down_and_success_forgets(client, make_user):
    make_user("li")
    for _ in range(4):
        assert sign_in(client, password="wrong").status_code == 401
    assert sign_in(client).status_code == 201
    for _ in range(5):
        assert sign_in(client, password="wrong").status_code == 401
    response = sign_in(client)
    assert code_of(response) == (429, "too_many")
    assert 1 <= int(response.headers["retry-after"]) <= 300
    assert sign_in(client, "other").status_code == 401


def test_guessing_many_names_from_one_address_is_slowed_down(make_app, make_user):
    make_user("li")
    client = TestClient(make_app(sign_in_address_limit="3/5 minutes"))
    for _ in range(5):
        assert sign_in(client).status_code == 201  # an office behind one address
    codes = [sign_in(client, f"name{i}").status_code for i in range(5)]
    assert codes == [401, 401, 401, 429, 429]


def test_one_name_from_many_addresses_is_slowed_down(make_app, make_user):
    make_user("li")
    app = make_app(sign_in_name_limit="3/hour")
    codes = [
        sign_in(TestClient(app, client=(f"10.0.0.{i}", 1)), password="wrong").status_code for i in range(4)
    ]
    assert codes == [401, 401, 401, 429]


def test_ones_own_password(client, make_user):
    make_user("li")
    other = TestClient(client.app, base_url="https://desk.example")
    sign_in(client)
    sign_in(other)
    change = {"old": "wrong", "new": "vier Kirschen im Bus"}
    assert code_of(client.put("/v1/session/password", json=change)) == (401, "wrong_password")
    weak = {"old": PASSWORD, "new": "1234567890"}
    assert code_of(client.put("/v1/session/password", json=weak)) == (422, "weak_password")
    assert client.put("/v1/session/password", json={**change, "old": PASSWORD}).status_code == 204
    assert client.get("/v1/session").status_code == 200
    assert other.get("/v1/session").status_code == 401


def test_an_admin_makes_and_changes_accounts(admin):
    made = admin.post("/v1/users", json=NEW)
    assert made.status_code == 201
    user = made.json()
    assert (user["display_name"], user["queues"], user["level"]) == ("wang", ["claims"], 1)
    changed = admin.patch(f"/v1/users/{user['id']}", json={"roles": ["supervisor"], "level": 2}).json()
    assert (changed["roles"], changed["level"], changed["queues"]) == (["supervisor"], 2, ["claims"])
    assert [one["name"] for one in admin.get("/v1/users").json()["users"]] == ["boss", "wang"]
    assert admin.get(f"/v1/users/{user['id']}").json() == changed
    assert code_of(admin.post("/v1/users", json=NEW)) == (409, "conflict")
    assert code_of(admin.post("/v1/users", json={**NEW, "name": "x y"})) == (422, "invalid_input")
    assert code_of(admin.post("/v1/users", json={**NEW, "roles": ["king"]})) == (422, "invalid_request")
    assert code_of(admin.get("/v1/users/" + "0" * 32)) == (404, "no_such_user")
    assert code_of(admin.get("/v1/users/%00")) == (422, "invalid_request")


def test_a_new_password_and_disabling_end_a_persons_sessions(admin):
    user = admin.post("/v1/users", json=NEW).json()
    their = TestClient(admin.app, base_url="https://desk.example")
    assert sign_in(their, "wang", NEW["password"]).status_code == 201
    other = {"password": "fünf Pflaumen im Boot"}
    assert admin.put(f"/v1/users/{user['id']}/password", json=other).status_code == 204
    assert their.get("/v1/session").status_code == 401
    assert sign_in(their, "wang", other["password"]).status_code == 201
    admin.patch(f"/v1/users/{user['id']}", json={"disabled": True})
    assert their.get("/v1/session").status_code == 401
    assert sign_in(their, "wang", other["password"]).status_code == 401


@pytest.mark.parametrize("role", [role for role in Role if role != Role.ADMIN])
def test_nobody_else_manages_accounts(client, make_user, role):
    user = make_user("li", role)
    sign_in(client)
    for method, path in (
        ("GET", "/v1/users"),
        ("POST", "/v1/users"),
        ("PATCH", f"/v1/users/{user.id}"),
        ("PUT", f"/v1/users/{user.id}/password"),
        ("GET", "/v1/keys"),
        ("POST", "/v1/keys"),
        ("GET", "/v1/audit"),
    ):
        assert code_of(client.request(method, path, json={})) == (403, "forbidden"), path


def test_writes_need_the_csrf_token(admin):
    for token in ("", "x", "\u00e9"):
        headers = {"X-CSRF-Token": token.encode("utf-8")}
        assert code_of(admin.post("/v1/users", json=NEW, headers=headers)) == (403, "forbidden")
        assert code_of(admin.request("DELETE", "/v1/session", headers=headers)) == (403, "forbidden")
    assert [one["name"] for one in admin.get("/v1/users").json()["users"]] == ["boss"]


def test_keys_open_what_their_scopes_say(admin):
    made = admin.post("/v1/keys", json={"name": "审计", "scopes": ["audit:read"]})
    assert made.status_code == 201
    key, secret = made.json()["key"], made.json()["secret"]
    machine = TestClient(admin.app, headers={"Authorization": f"Bearer {secret}"})
    assert machine.get("/v1/audit").status_code == 200
    assert code_of(machine.get("/v1/users")) == (403, "forbidden")
    (listed,) = admin.get("/v1/keys").json()["keys"]
    assert (listed["created_by_name"], listed["revoked_at"]) == ("老板", None)
    assert listed["last_used_at"]
    assert secret not in admin.get("/v1/keys").text
    assert admin.delete(f"/v1/keys/{key['id']}").json()["revoked_at"]
    response = machine.get("/v1/audit")
    assert code_of(response) == (401, "not_signed_in")
    assert response.headers["www-authenticate"].startswith("Bearer")
    bad = admin.post("/v1/keys", json={"name": "x", "scopes": ["accounts:manage"]})
    assert code_of(bad) == (422, "invalid_input")


def test_a_key_goes_before_the_cookie_and_needs_no_csrf(admin):
    secret = admin.post("/v1/keys", json={"name": "k", "scopes": ["reports:read"]}).json()["secret"]
    admin.headers["Authorization"] = f"Bearer {secret}"
    assert code_of(admin.get("/v1/users")) == (403, "forbidden")
    admin.headers["Authorization"] = "Bearer bw_unknown"
    assert code_of(admin.get("/v1/users")) == (401, "not_signed_in")


def test_a_key_may_not_ask_too_often(make_app, admin):
    secret = admin.post("/v1/keys", json={"name": "k", "scopes": ["audit:read"]}).json()["secret"]
    machine = TestClient(make_app(key_limit="2/minute"), headers={"Authorization": f"Bearer {secret}"})
    answers = [machine.get("/v1/audit") for _ in range(3)]
    assert [one.status_code for one in answers] == [200, 200, 429]
    assert answers[-1].headers["retry-after"]


def test_the_audit_log_names_people_and_goes_back_page_by_page(admin):
    for number in range(3):
        admin.post("/v1/keys", json={"name": f"key {number}", "scopes": ["audit:read"]})
    first = admin.get("/v1/audit", params={"limit": 2}).json()
    assert [one["subject_name"] for one in first["notes"]] == ["key 2", "key 1"]
    assert {one["actor_name"] for one in first["notes"]} == {"老板"}
    rest = admin.get("/v1/audit", params={"cursor": first["next"]}).json()
    assert [one["action"] for one in rest["notes"]] == ["key.added", "session.opened", "user.added"]
    assert rest["next"] is None


@pytest.mark.parametrize(
    "query",
    [{"cursor": "x"}, {"cursor": 0}, {"cursor": 2**31}, {"limit": 0}, {"actor": "\x00"}, {"action": "é"}],
)
def test_malformed_audit_queries_are_422(admin, query):
    assert code_of(admin.get("/v1/audit", params=query)) == (422, "invalid_request")


def test_failed_sign_ins_are_in_the_audit_log(admin):
    sign_in(TestClient(admin.app, client=("10.1.2.3", 5)), "boss", "wrong")
    newest = notes(admin, "session.")[0]
    assert (newest["action"], newest["actor"], newest["subject_name"]) == (
        "session.refused",
        "anonymous",
        "老板",
    )
    assert newest["detail"] == {"address": "10.1.2.3"}


def test_the_one_time_link_makes_the_first_admin_and_signs_in(client, database):
    assert code_of(client.post("/v1/setup/check", json={"token": "x"})) == (410, "setup_over")
    with database.transaction() as session:
        token = make_setup_link(session, NOW.now(NOW.tzinfo))
    first = {"token": token, "name": "boss", "password": PASSWORD, "display_name": "老板"}
    assert client.post("/v1/setup/check", json={"token": token}).status_code == 204
    weak = client.post("/v1/setup", json={**first, "password": "1234567890"})
    assert code_of(weak) == (422, "weak_password")
    made = client.post("/v1/setup", json=first)
    assert made.status_code == 201
    assert made.json()["user"]["roles"] == ["admin"]
    assert client.get("/v1/users").status_code == 200
    assert code_of(client.post("/v1/setup", json=first)) == (410, "setup_over")
    assert [one["action"] for one in notes(client)] == ["session.opened", "user.added"]


def test_permissions_of_the_description_are_those_of_the_code(client):
    schema = client.get("/openapi.json").json()
    assert schema["components"]["schemas"]["Permission"]["enum"] == [str(one) for one in Permission]
    assert schema["components"]["securitySchemes"].keys() == {"APIKeyCookie", "HTTPBearer"}
