"""Secrets made by chance, of which the database keeps only hashes.

A token has 256 bits, so that one round of SHA-256 without salt hides it: there is
nothing to guess, unlike with passwords.
"""

from __future__ import annotations

import hashlib
import secrets


def new_token() -> str:
    """Return 256 random bits as 43 characters that suit cookies, headers and addresses."""
    return secrets.token_urlsafe(32)


def hash_token(token: str) -> str:
    """Return what the database keeps of a token: 64 hexadecimal digits."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()


def same_secret(one: str, other: str) -> bool:
    """Compare two secrets in a time that does not tell where they differ."""
    return secrets.compare_digest(hash_token(one), hash_token(other))
