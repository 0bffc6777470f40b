"""Which files are taken: images and PDF, by what they hold and not by what they are called."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass

from knowledge_base.errors import BaowenError

_LONGEST_NAME = 120
_LONGEST_MARK = 12


class UnsupportedFileError(BaowenError):
    """A file is of a kind that is not taken."""

    code = "unsupported_file"
    http_status = 415


class FileTooLargeError(BaowenError):
    """A file, or all those of a conversation, are too large."""

    code = "too_large"
    http_status = 413


@dataclass(frozen=True, slots=True)
class FileKind:
    """One kind of file, with the endings that its names may have."""

    media_type: str
    endings: tuple[str, ...]


PNG = FileKind("image/png", (".png",))
JPEG = FileKind("image/jpeg", (".jpg", ".jpeg"))
WEBP = FileKind("image/webp", (".webp",))
PDF = FileKind("application/pdf", (".pdf",))
KINDS = (PNG, JPEG, WEBP, PDF)


def kind_of(beginning: bytes) -> FileKind:
    """Return what a file is by its first bytes; its name and what the sender says do not count.

    Raises:
        UnsupportedFileError: It is none of those that are taken.
    """
    if beginning.startswith(b"\x89PNG\r\n\x1a\n"):
        return PNG
    if beginning.startswith(b"\xff\xd8\xff"):
        return JPEG
    if beginning.startswith(b"RIFF") and beginning[8:_LONGEST_MARK] == b"WEBP":
        return WEBP
    if beginning.startswith(b"%PDF-"):
        return PDF
    known = ", ".join(kind.media_type for kind in KINDS)
    raise UnsupportedFileError(f"The file is none of {known}. Send a photo, or save it as PDF.")


def clean_name(name: str, kind: FileKind) -> str:
    """Return a file's name without folders, control and direction characters, with a true ending."""
    last = name.replace("\\", "/").rsplit("/", 1)[-1]
    kept = "".join(c for c in last if unicodedata.category(c)[0] != "C" and c not in '<>:"|?*')
    stem = " ".join(unicodedata.normalize("NFC", kept).split()).strip(". ")
    for ending in kind.endings:
        if stem.lower().endswith(ending):
            return (stem[: -len(ending)][:_LONGEST_NAME].strip(". ") or "file") + ending
    return (stem[:_LONGEST_NAME].strip(". ") or "file") + kind.endings[0]
