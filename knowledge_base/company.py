"""The company profile: what differs from insurer to insurer, filled into answers."""

from __future__ import annotations

import string
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

from knowledge_base.errors import ContentError
from knowledge_base.taxonomy import CONTENT
from knowledge_base.yaml_files import read_yaml


class CompanyProfile(BaseModel):
    """Names, numbers and hours that answers mention by placeholder (``{hotline}``)."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_min_length=1)

    name: str
    short_name: str
    hotline: str
    claims_line: str
    complaint_line: str
    complaint_email: str
    app: str
    wechat: str
    website: str
    service_hours: str
    desk_hours: str

    @property
    def values(self) -> dict[str, str]:
        """Return all placeholders with their values; ``company`` is the full name."""
        return {**self.model_dump(), "company": self.name}

    @property
    def names(self) -> tuple[str, ...]:
        """Return what is registered or typed as it stands: names and addresses."""
        addresses = (self.complaint_email, self.website)
        return (self.name, self.short_name, self.app, self.wechat, *addresses)

    def fill(self, text: str) -> str:
        """Replace every placeholder in ``text``.

        Raises:
            ContentError: The text names a placeholder that no profile has.
        """
        try:
            return text.format_map(self.values)
        except (KeyError, ValueError, IndexError, AttributeError) as error:
            raise ContentError(
                f"Text {text[:40]!r} has a placeholder that is not usable ({error!r}); "
                f"known ones: {', '.join(sorted(self.values))}."
            ) from None


def placeholders_in(text: str) -> frozenset[str]:
    """Return the names between braces in ``text``.

    Raises:
        ContentError: A brace is left open.
    """
    try:
        return frozenset(name for _, name, _, _ in string.Formatter().parse(text) if name is not None)
    except ValueError as error:
        raise ContentError(f"Text {text[:40]!r} has an unbalanced brace ({error}).") from None


def read_company(path: Path = CONTENT / "company.yaml") -> CompanyProfile:
    """Read a company profile from YAML.

    Raises:
        ContentError: The file is missing, is not YAML, or lacks a field.
    """
    data = read_yaml(path, "Company profile")
    try:
        return CompanyProfile.model_validate(data)
    except ValidationError as error:
        faults = tuple(f"{'.'.join(map(str, e['loc']))}: {e['msg']}" for e in error.errors())
        raise ContentError(
            f"Company profile {str(path)!r} is not usable: {'; '.join(faults)}.", faults
        ) from None
