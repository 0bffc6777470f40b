"""Passwords: what is accepted, and how they are kept (argon2id)."""

from __future__ import annotations

import threading
from functools import cache
from typing import NewType

from pwdlib import PasswordHash
from pwdlib.exceptions import UnknownHashError

from knowledge_base.credentials import new_token
from knowledge_base.errors import InvalidInputError

MIN_LENGTH = 10
MAX_LENGTH = 128
_ESTIMATED = 72  # characters that zxcvbn looks at; a longer text is no weaker than its beginning

# zxcvbn's 0 to 4: below 3 a password falls to lists of common ones and their variations.
_LEAST_SCORE = 3

# What people here would think of and English lists do not hold.
_LOCAL_WORDS = ("baowen", "baoxian", "lipei", "kefu", "zuoxi", "woaini", "mima", "guanliyuan", "保险", "保问")


# A hash takes 64 MB on purpose; a crowd that signs in must not take all memory at once.
_AT_ONCE = threading.BoundedSemaphore(4)

HashedPassword = NewType("HashedPassword", str)
"""A password that was found strong, as an account keeps it."""


class WeakPasswordError(InvalidInputError):
    """A password that others would guess."""

    code = "weak_password"


@cache
def _hasher() -> PasswordHash:
    return PasswordHash.recommended()


@cache
def _nobodys_hash() -> str:
    return _hasher().hash(new_token())


def require_strong(password: str, *known: str) -> None:
    """Refuse a password that is short, common or made of what is known of its owner.

    Args:
        password: What was chosen.
        known: The owner's names; they and their variations are guessed first.

    Raises:
        WeakPasswordError: It is not strong enough; the password is not repeated.
    """
    if not MIN_LENGTH <= len(password) <= MAX_LENGTH:
        raise WeakPasswordError(
            f"The password has {len(password)} characters; it needs {MIN_LENGTH} to {MAX_LENGTH}."
        )
    from zxcvbn import zxcvbn  # its lists take 12 MB: only who chooses a password needs them

    guessed = zxcvbn(password[:_ESTIMATED], user_inputs=[*known, *_LOCAL_WORDS])
    if guessed["score"] < _LEAST_SCORE:
        raise WeakPasswordError(
            "The password is easily guessed: it is common, a pattern, or made of names. "
            "Take several unrelated words, or characters by chance."
        )


def choose_password(password: str, *known: str) -> HashedPassword:
    """Accept a password and hash it; takes a tenth of a second, so do it outside transactions.

    Args:
        password: What was chosen.
        known: The owner's names.

    Raises:
        WeakPasswordError: It is not strong enough.
    """
    require_strong(password, *known)
    with _AT_ONCE:
        return HashedPassword(_hasher().hash(_encoded(password)))


def verify_password(password: str, known_hash: str) -> tuple[bool, str | None]:
    """Check a password; takes as long where there is none to compare with.

    Args:
        password: What was typed.
        known_hash: The account's hash; empty where there is no such account, or none
            with a password.

    Returns:
        Whether it is right, and a new hash to store where costs have risen since.
    """
    try:
        with _AT_ONCE:
            right, newer = _hasher().verify_and_update(_encoded(password), known_hash or _nobodys_hash())
    except UnknownHashError:  # a damaged row lets nobody in
        return False, None
    return (right, newer) if known_hash else (False, None)


def _encoded(password: str) -> bytes:
    """A lone surrogate, which JSON may hold, is no reason to fail."""
    return password.encode("utf-8", "surrogatepass")
