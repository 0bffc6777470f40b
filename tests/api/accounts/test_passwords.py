"""Which passwords are accepted, and how they are kept."""

import pytest

from api.accounts.passwords import WeakPasswordError, choose_password, require_strong, verify_password


@pytest.mark.parametrize(
    "password",
    ["kurz", "123456789", "1234567890", "password123", "qwertyuiop", "aaaaaaaaaaaa", "baoxian888", "x" * 129],
)
def test_short_and_common_ones_are_refused(password):
    with pytest.raises(WeakPasswordError) as caught:
        require_strong(password)
    assert password not in str(caught.value)


def test_names_of_the_owner_are_refused():
    require_strong("zhanglihua-2019", "wang")
    with pytest.raises(WeakPasswordError):
        require_strong("zhanglihua-2019", "zhanglihua", "张丽华")


@pytest.mark.parametrize("password", ["drei Birnen im Zug", "Xk3#f9Lm2q", "四只鸭子在湖上游泳呢"])
def test_strong_ones_are_kept_as_argon2(password):
    kept = choose_password(password)
    assert kept.startswith("$argon2id$")
    assert verify_password(password, kept) == (True, None)
    assert verify_password(password + "x", kept) == (False, None)


def test_weaker_costs_of_old_hashes_are_raised():
    from pwdlib import PasswordHash
    from pwdlib.hashers.argon2 import Argon2Hasher

    old = PasswordHash((Argon2Hasher(time_cost=1, memory_cost=8192, parallelism=1),)).hash(
        "drei Birnen im Zug"
    )
    right, newer = verify_password("drei Birnen im Zug", old)
    assert right and newer != old
    assert verify_password("drei Birnen im Zug", newer) == (True, None)


@pytest.mark.parametrize("kept", ["", "plain", "$argon2id$broken"])
def test_no_or_a_damaged_hash_lets_nobody_in(kept):
    assert verify_password("drei Birnen im Zug", kept) == (False, None)


def test_a_lone_surrogate_is_only_wrong():
    assert verify_password("\ud800" * 10, choose_password("drei Birnen im Zug")) == (False, None)
