"""Automatic answers switched off: all, a channel, an entry."""

import pytest

from assistant.desk.off_switch import is_off, list_off, switch_off, switch_on
from assistant.desk.signals import signals_of
from knowledge_base.errors import InvalidInputError, NotFoundError
from tests.assistant.desk.builders import NOW, after


def scope_of(switch):
    return switch and switch.scope


def test_it_holds_for_its_scope_and_no_other(database):
    with database.transaction() as session:
        assert is_off(session, "web", "surrender.fee") is None
        switch_off(session, "channel:wechat", "微信维护中", "user:s", NOW)
        switch_off(session, "entry:surrender.fee", "", "user:s", NOW)
        assert signals_of(session) == ("off",)
    with database.reading() as session:
        found = [
            is_off(session, *asked)
            for asked in (("web",), ("wechat", "surrender.fee"), ("web", "surrender.fee"))
        ]
        assert [scope_of(switch) for switch in found] == [None, "channel:wechat", "entry:surrender.fee"]
        assert found[1].notice == "微信维护中"
        assert is_off(session, "web", "surrender.fees") is None


def test_all_goes_before_the_rest(database):
    with database.transaction() as session:
        for scope in ("entry:a", "channel:web", "all"):
            switch_off(session, scope, scope, "user:s", NOW)
        assert [switch.scope for switch in list_off(session)] == ["all", "channel:web", "entry:a"]
        assert scope_of(is_off(session, "web", "a")) == "all"
        switch_on(session, "all")
        assert scope_of(is_off(session, "web", "a")) == "channel:web"


def test_switched_off_again_it_has_the_newer_notice_without_personal_data(database):
    with database.transaction() as session:
        switch_off(session, "all", "旧的", "user:s", NOW)
        switch_off(session, "all", "请打13800138000", "user:t", after(hours=1))
    with database.reading() as session:
        (switch,) = list_off(session)
        assert (switch.notice, switch.actor, switch.at) == ("请打[手机号]", "user:t", after(hours=1))


def test_what_is_not_off_cannot_be_switched_on(database):
    with database.transaction() as session, pytest.raises(NotFoundError, match="not switched off"):
        switch_on(session, "all")


@pytest.mark.parametrize("scope", ["", "everything", "channel:", "entry:a b", "all\n", "channel:" + "x" * 41])
def test_unknown_scopes_are_refused(database, scope):
    with database.transaction() as session, pytest.raises(InvalidInputError, match="cannot be switched off"):
        switch_off(session, scope, "", "user:s", NOW)


def test_a_notice_is_told_as_it_was_written(database):
    with database.transaction() as session:
        switch_off(session, "all", "系统维护，马上恢复！", "user:a", NOW)
        assert is_off(session, "web").notice == "系统维护，马上恢复！"
