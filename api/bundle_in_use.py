"""Which bundle is in use: the one set, else what was put in use last, by training or by promotion.

A promotion is told by the database, so that all processes take it over; each home folder keeps a
note of the last one it took over, so that a start needs no database to find its bundle.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

from assistant.certificate import write_whole
from assistant.understanding.bundle import MANIFEST, SHIPPED_BUNDLE
from knowledge_base.settings import Home, Settings

_NOTE = "in_use.json"


@dataclass(frozen=True, slots=True)
class Noted:
    """The last promotion that a home folder took over; ``use`` is 0 where there was none."""

    use: int = 0
    folder: Path | None = None


def bundle_folder(settings: Settings, home: Home) -> Path:
    """Return the bundle in use: the one set, else the newest trained or promoted, else the shipped."""
    if settings.bundle:
        return settings.bundle
    # A name that begins with a dot is a bundle that is being written or removed.
    trained = [folder for folder in home.bundles.glob("[!.]*") if (folder / MANIFEST).is_file()]
    put_in_use = {folder: (folder / MANIFEST).stat().st_mtime for folder in trained}
    noted = read_note(home).folder
    if noted and (noted / MANIFEST).is_file():
        put_in_use[noted] = max(put_in_use.get(noted, 0.0), (home.bundles / _NOTE).stat().st_mtime)
    return max(put_in_use, key=lambda folder: put_in_use[folder], default=SHIPPED_BUNDLE)


def read_note(home: Home) -> Noted:
    """Return the last promotion that was taken over; one that cannot be read counts as none."""
    try:
        stored = json.loads((home.bundles / _NOTE).read_text(encoding="utf-8"))
        return Noted(int(stored["use"]), Path(str(stored["folder"])))
    except (OSError, ValueError, KeyError, TypeError):
        return Noted()


def write_note(home: Home, use: int, folder: Path) -> None:
    """Note that a promotion was taken over.

    Raises:
        StorageError: It cannot be written.
    """
    write_whole(home.bundles / _NOTE, {"use": use, "folder": str(folder)})
