"""Accounts, sessions, keys and the audit log on both databases."""

import datetime as dt
import threading

import pytest
from sqlalchemy import text

from api.accounts.audit import list_notes, note
from api.accounts.keys import NoSuchKeyError, add_key, find_key, list_keys, revoke_key, use_key
from api.accounts.passwords import choose_password
from api.accounts.roles import KEY_SCOPES, PERMISSIONS, Permission, Role, permissions_of
from api.accounts.sessions import SessionLimits, end_session, find_session, open_session, see_session
from api.accounts.setup import LIFETIME, SetupOverError, make_setup_link, set_up
from api.accounts.signing_in import WrongPasswordError, check_password
from api.accounts.tables import UserRow
from api.accounts.users import (
    NoSuchUserError,
    UserDetails,
    add_user,
    change_user,
    display_names,
    find_user,
    get_user,
    list_users,
    set_password,
)
from knowledge_base.errors import ConflictError, InvalidInputError, StorageError
from tests.api.conftest import DEED, NOW, PASSWORD

LIMITS = SessionLimits(dt.timedelta(minutes=30), dt.timedelta(hours=8))
MINUTE = dt.timedelta(minutes=1)


def test_every_role_is_told_and_the_admin_sees_no_customer():
    assert PERMISSIONS.keys() == set(Role)
    assert frozenset(Permission) == permissions_of(Role)
    assert not permissions_of([Role.ADMIN]) & {Permission.TICKETS_WORK, Permission.REVEAL}
    assert permissions_of([]) == frozenset()


def test_an_account_is_found_as_it_was_made(database, make_user):
    made = make_user("Zhang.San", display_name=" 张  三 ", queues=["claims", "billing"], level=2, capacity=5)
    assert (made.name, made.display_name, made.level, made.capacity) == ("zhang.san", "张 三", 2, 5)
    assert made.queues == {"claims", "billing"}
    with database.reading() as session:
        assert find_user(session, "ZHANG.SAN") == get_user(session, made.id) == made
        assert display_names(session, [made.actor, "cli:x"]) == {made.actor: "张 三", "cli:x": "cli:x"}
        with pytest.raises(NoSuchUserError, match="nobody"):
            find_user(session, "nobody")


@pytest.mark.parametrize(
    ("name", "details"),
    [
        ("x", {}),
        ("with space", {}),
        ("张三", {}),
        ("a" * 61, {}),
        ("ok", {"display_name": ""}),
        ("ok", {"display_name": "bell\x07"}),
        ("ok", {"queues": ["kitchen"]}),
        ("ok", {"level": 4}),
        ("ok", {"capacity": 0}),
    ],
)
def test_unusable_parts_are_refused(database, hashed, name, details):
    with pytest.raises(InvalidInputError), database.transaction() as session:
        add_user(session, name, hashed, UserDetails(**details), DEED)
    with database.reading() as session:
        assert list_users(session) == []


def test_a_name_is_given_once(make_user):
    make_user("li")
    with pytest.raises(ConflictError, match="'li'"):
        make_user("LI")


def test_changes_are_noted_with_what_was_before(database, make_user):
    user = make_user("li")
    with database.transaction() as session:
        change_user(session, user.id, UserDetails(roles=[Role.EDITOR], level=3), DEED)
    with database.reading() as session:
        newest = list_notes(session)[0]
    assert (newest.action, newest.subject) == ("user.changed", user.actor)
    assert newest.detail == {"roles": [["agent"], ["editor"]], "level": [1, 3]}


def test_the_last_admin_stays(database, make_user):
    one, other = make_user("one", Role.ADMIN), make_user("other", Role.ADMIN)
    with database.transaction() as session:
        change_user(session, one.id, UserDetails(disabled=True), DEED)
    for details in (UserDetails(disabled=True), UserDetails(roles=[Role.AGENT])):
        with pytest.raises(ConflictError, match="last admin"), database.transaction() as session:
            change_user(session, other.id, details, DEED)
    with database.reading() as session:
        assert Role.ADMIN in get_user(session, other.id).roles


def test_two_admins_cannot_disable_each_other_at_once(database, make_user):
    admins, refused = [make_user("one", Role.ADMIN), make_user("other", Role.ADMIN)], []
    together = threading.Barrier(2)

    def disable(user):
        together.wait()
        try:
            with database.transaction() as session:
                change_user(session, user.id, UserDetails(disabled=True), DEED)
        except ConflictError:
            refused.append(user)

    threads = [threading.Thread(target=disable, args=(user,)) for user in admins]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with database.reading() as session:
        assert [user.disabled for user in list_users(session)] == [False, True]
    assert len(refused) == 1


def test_a_password_opens_and_an_old_one_does_not(database, make_user):
    user = make_user("li")
    assert check_password(database, " LI ", PASSWORD, "") == user.id
    with database.transaction() as session:
        set_password(session, user.id, choose_password("vier Kirschen im Bus"), DEED)
    with pytest.raises(WrongPasswordError):
        check_password(database, "li", PASSWORD, "")
    assert check_password(database, "li", "vier Kirschen im Bus", "") == user.id


@pytest.mark.parametrize("name", ["nobody", "\x00", "", "x" * 10_000, "' OR 1=1 --", "\ud800"])
def test_unknown_names_are_refused_like_wrong_passwords(database, make_user, name):
    make_user("li")
    with pytest.raises(WrongPasswordError) as unknown:
        check_password(database, name, PASSWORD, "10.0.0.1")
    with pytest.raises(WrongPasswordError) as wrong:
        check_password(database, "li", "wrong", "10.0.0.1")
    assert str(unknown.value) == str(wrong.value)
    with database.reading() as session:
        refused = list_notes(session, action="session.")
    assert [bool(one.subject) for one in refused] == [True, False]
    assert all(name not in str(one) for one in refused if name)


def test_old_hashes_are_replaced_at_a_sign_in(database, make_user):
    from pwdlib.hashers.argon2 import Argon2Hasher

    user = make_user("li")
    old = Argon2Hasher(time_cost=1, memory_cost=8192, parallelism=1).hash(PASSWORD)
    with database.transaction() as session:
        session.get_one(UserRow, user.id).password_hash = old
    check_password(database, "li", PASSWORD, "")
    with database.reading() as session:
        assert session.get_one(UserRow, user.id).password_hash != old
    assert check_password(database, "li", PASSWORD, "") == user.id


@pytest.fixture
def opened(database, make_user):
    """A token and the session it opens."""
    user = make_user("li")
    with database.transaction() as session:
        return open_session(session, user.id, "10.0.0.1", LIMITS, NOW)


def found_at(database, token, moment):
    with database.reading() as session:
        return find_session(session, token, LIMITS, moment)


def test_a_token_opens_its_session_and_is_kept_nowhere(database, opened):
    token, made = opened
    assert found_at(database, token, NOW) == made
    assert found_at(database, token + "x", NOW) is None
    assert found_at(database, made.id, NOW) is None
    with database.reading() as session:
        row = session.execute(text("SELECT * FROM sessions")).one()
    assert token not in [str(value) for value in row]


def test_a_session_ends_when_idle_and_in_any_case(database, opened):
    token, _ = opened
    assert found_at(database, token, NOW + 29 * MINUTE)
    assert found_at(database, token, NOW + 30 * MINUTE) is None
    moment = NOW
    while moment < NOW + LIMITS.absolute:
        see_session(database, found_at(database, token, moment), moment)
        moment += 20 * MINUTE
    assert found_at(database, token, NOW + LIMITS.absolute) is None


def test_a_session_ends_with_sign_out_password_and_disabling(database, opened, make_user):
    token, made = opened
    with database.transaction() as session:
        end_session(session, made.id)
    assert found_at(database, token, NOW) is None
    for change in (
        lambda session: set_password(session, made.user.id, choose_password("vier Kirschen im Bus"), DEED),
        lambda session: change_user(session, made.user.id, UserDetails(disabled=True), DEED),
    ):
        with database.transaction() as session:
            token, _ = open_session(session, made.user.id, "", LIMITS, NOW)
        with database.transaction() as session:
            change(session)
        assert found_at(database, token, NOW) is None


def test_rights_follow_the_account_at_once(database, opened):
    token, made = opened
    with database.transaction() as session:
        change_user(session, made.user.id, UserDetails(roles=[]), DEED)
    assert found_at(database, token, NOW).user.roles == frozenset()


def test_a_key_opens_until_it_is_revoked(database):
    with database.transaction() as session:
        secret, made = add_key(session, "报表", [Permission.REPORTS_READ], DEED)
    assert secret.startswith(made.prefix) and secret.startswith("bw_") and len(secret) > 40
    with database.reading() as session:
        assert find_key(session, secret) == made
        assert find_key(session, secret[:-1]) is None
        assert secret not in str(session.execute(text("SELECT * FROM api_keys")).one())
    use_key(database, made, NOW)
    with database.reading() as session:
        assert list_keys(session)[0].last_used_at == NOW
    for _ in range(2):
        with database.transaction() as session:
            assert revoke_key(session, made.id, DEED).revoked_at == NOW
    with database.reading() as session:
        assert find_key(session, secret) is None
        assert [one.action for one in list_notes(session)] == ["key.revoked", "key.added"]


def test_no_key_manages_accounts(database):
    assert Permission.ACCOUNTS_MANAGE not in KEY_SCOPES
    for scopes in ([], [Permission.ACCOUNTS_MANAGE, Permission.REPORTS_READ]):
        with pytest.raises(InvalidInputError), database.transaction() as session:
            add_key(session, "x", scopes, DEED)
    with pytest.raises(NoSuchKeyError), database.transaction() as session:
        revoke_key(session, "0" * 32, DEED)


def test_the_one_time_link_makes_one_admin(database, hashed):
    with database.transaction() as session:
        first, second = make_setup_link(session, NOW), make_setup_link(session, NOW)
    with database.transaction() as session:
        user = set_up(session, second, "boss", hashed, "", NOW)
    assert user.roles == {Role.ADMIN}
    for token in (first, second, "x"):
        with pytest.raises(SetupOverError), database.transaction() as session:
            set_up(session, token, "other", hashed, "", NOW)
    with database.transaction() as session:
        assert make_setup_link(session, NOW) is None


def test_the_one_time_link_lasts_an_hour_and_survives_a_bad_name(database, hashed):
    with database.transaction() as session:
        token = make_setup_link(session, NOW)
    with pytest.raises(SetupOverError), database.transaction() as session:
        set_up(session, token, "boss", hashed, "", NOW + LIFETIME)
    with pytest.raises(InvalidInputError), database.transaction() as session:
        set_up(session, token, "?", hashed, "", NOW)
    with database.transaction() as session:
        assert set_up(session, token, "boss", hashed, "老板", NOW).display_name == "老板"


def test_one_link_used_twice_at_once_makes_one_account(database, hashed):
    with database.transaction() as session:
        token = make_setup_link(session, NOW)
    outcomes, together = [], threading.Barrier(4)

    def use(name):
        together.wait()
        try:
            with database.transaction() as session:
                outcomes.append(set_up(session, token, name, hashed, "", NOW).name)
        except SetupOverError:
            outcomes.append(None)

    threads = [threading.Thread(target=use, args=(f"boss{i}",)) for i in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with database.reading() as session:
        assert [user.name for user in list_users(session)] == [name for name in outcomes if name]
    assert outcomes.count(None) == 3


def test_the_audit_log_is_read_by_pages_and_filters(database):
    with database.transaction() as session:
        for number in range(5):
            note(
                session, "user:a" if number % 2 else "user:b", f"kind.deed{number}", "ticket:1", {"n": number}
            )
    with database.reading() as session:
        newest = list_notes(session, limit=2)
        assert [one.detail["n"] for one in newest] == [4, 3]
        assert [one.detail["n"] for one in list_notes(session, before=newest[-1].id)] == [2, 1, 0]
        assert [one.detail["n"] for one in list_notes(session, actor="user:a")] == [3, 1]
        assert len(list_notes(session, action="kind.")) == 5
        assert len(list_notes(session, action="kind.deed1")) == 1
        assert list_notes(session, action="%.") == list_notes(session, subject="ticket:2") == []


@pytest.mark.parametrize("change", ["UPDATE audit SET actor = 'x'", "DELETE FROM audit"])
def test_the_database_refuses_to_change_the_audit_log(database, change):
    with database.transaction() as session:
        note(session, "user:a", "report.exported")
    with pytest.raises(StorageError, match="only added to"), database.transaction() as session:
        session.execute(text(change))
    with database.reading() as session:
        assert [one.actor for one in list_notes(session)] == ["user:a"]


def test_a_note_of_a_deed_that_fails_is_not_kept(database):
    def fail(session):
        note(session, "user:a", "report.exported")
        revoke_key(session, "0" * 32, DEED)

    with pytest.raises(NoSuchKeyError), database.transaction() as session:
        fail(session)
    with database.reading() as session:
        assert list_notes(session) == []
