"""How often signing in may be tried, by name and by address."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from starlette.requests import HTTPConnection

from api.accounts.signing_in import WrongPasswordError
from api.security.gate import counted_address, gate_of
from api.security.settings import limit_of
from knowledge_base.credentials import hash_token


@contextmanager
def throttled(connection: HTTPConnection, name: str) -> Iterator[None]:
    """Count a try to sign in; ``WrongPasswordError`` inside tells that it failed.

    Tries for a name count before they are judged, so that many at once are no way
    around, and are forgotten on success. Of an address only failures count: a whole
    office may sign in at nine from one.

    Raises:
        TooManyError: There were too many tries.
    """
    gate, address = gate_of(connection), counted_address(connection)
    limits, settings = gate.rate_limits, gate.settings
    whose = hash_token(name.strip().lower())  # any length and any characters
    from_here, of_name = limit_of(settings.sign_in_limit), limit_of(settings.sign_in_name_limit)
    from_address = limit_of(settings.sign_in_address_limit)
    limits.require_left(from_address, "failure", address)
    limits.require(from_here, "try", whose, address)
    limits.require(of_name, "try", whose)
    try:
        yield
    except WrongPasswordError:
        limits.hit(from_address, "failure", address)
        raise
    limits.forget(from_here, "try", whose, address)
    limits.forget(of_name, "try", whose)
