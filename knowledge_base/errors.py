"""The one family of errors that Baowen shows to people."""

import traceback


class BaowenError(Exception):
    """Something a person can act on; printed in one line, never as a traceback.

    A message says what happened, why probably, and what to check; values are
    quoted with ``!r``.

    Attributes:
        code: A stable word for machines.
        http_status: The status the HTTP API answers with.
        detail: Further rows (bad lines of a file), each a sentence.
    """

    code = "error"
    http_status = 500

    def __init__(self, message: str, detail: tuple[str, ...] = ()) -> None:
        super().__init__(message)
        self.message = message
        self.detail = detail


class InvalidInputError(BaowenError):
    """The caller's text, file or option cannot be used as it is."""

    code = "invalid_input"
    http_status = 422


class ContentError(InvalidInputError):
    """Entries, taxonomy, lexicon or company profile are not usable."""

    code = "invalid_content"


class ConflictError(BaowenError):
    """Someone else changed the same thing in the meantime."""

    code = "conflict"
    http_status = 409


class NotFoundError(BaowenError):
    """There is no such thing, or it is not the caller's; the two look alike."""

    code = "not_found"
    http_status = 404


class BundleError(BaowenError):
    """The trained model is missing, damaged or of another make."""

    code = "bundle"
    http_status = 503


class IndexMismatchError(BaowenError):
    """An index was built with another encoder than the one that asks."""

    code = "index_mismatch"
    http_status = 503


class StorageError(BaowenError):
    """The home folder or the database cannot be read or written."""

    code = "storage"
    http_status = 503


class MissingExtraError(BaowenError):
    """A part is asked for that an optional install brings."""

    code = "missing_extra"
    http_status = 501


def place_of(error: Exception) -> str:
    """Return file and line where an error was raised, for logs that must not quote a customer's text."""
    frames = traceback.extract_tb(error.__traceback__)
    return f"{frames[-1].filename}:{frames[-1].lineno}" if frames else ""
