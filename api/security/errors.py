"""Why a request is turned away."""

from __future__ import annotations

from knowledge_base.errors import BaowenError


class NotSignedInError(BaowenError):
    """Nobody is signed in, or the session or key is over."""

    code = "not_signed_in"
    http_status = 401


class ForbiddenError(BaowenError):
    """Who is signed in may not do this, or the request does not come from our own page."""

    code = "forbidden"
    http_status = 403


class TooManyError(BaowenError):
    """There were too many requests of one kind.

    Attributes:
        retry_after: Whole seconds after which it is worth trying again.
    """

    code = "too_many"
    http_status = 429

    def __init__(self, message: str, retry_after: int) -> None:
        super().__init__(message)
        self.retry_after = retry_after
