"""Reads what a release must keep: limits on metrics and slices, and no regression, as TOML."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from evaluation.paired_metrics import COMPARED_NAMES, RIGHT
from evaluation.row_scores import METRIC_NAMES
from evaluation.slices import FIELDS, LEAST_ROWS, SLICED
from knowledge_base.errors import InvalidInputError

GUARDED = (RIGHT, "auto_answer_accuracy", "effective_handoff_rate", "must_handoff_recall")
"""What no regression is looked for in, where a gate names no metrics."""


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Limits(_Part):
    """Bounds of one figure; at least one of them must be set.

    Attributes:
        at_least: Bound of the value from below; ``at_most`` from above.
        low_at_least: Bound of the lower end of its 95 % interval: it is surely at least so much.
        high_at_most: Bound of the upper end: it is surely at most so much.
    """

    at_least: float | None = None
    at_most: float | None = None
    low_at_least: float | None = None
    high_at_most: float | None = None

    def given(self) -> dict[str, float]:
        """Return the bounds that are set, by name."""
        names = ("at_least", "at_most", "low_at_least", "high_at_most")
        values = {name: getattr(self, name) for name in names}
        return {name: value for name, value in values.items() if value is not None}


class SliceLimits(Limits):
    """Bounds of one figure over part of the rows.

    Attributes:
        where: The part, ``field=value``.
        least_rows: With fewer rows the bounds are not looked at, and the gate says so.
    """

    where: Annotated[str, Field(pattern=r"^[^=]+=.+$")]
    metric: str
    least_rows: Annotated[int, Field(ge=1)] = LEAST_ROWS

    @property
    def part(self) -> tuple[str, str]:
        """Return field and value."""
        field, _, value = self.where.partition("=")
        return field.strip(), value.strip()


class Regression(_Part):
    """No metric may be significantly worse than in another run.

    Attributes:
        against: That run, relative to the gate's file; ``compare`` takes the first run named.
        margin: Differences up to this are let pass, however sure they are.
        slices: Whether ``right_rate`` may not fall in any slice either.
    """

    against: Path | None = None
    metrics: tuple[str, ...] = GUARDED
    margin: Annotated[float, Field(ge=0)] = 0.0
    slices: bool = False


class Gate(_Part):
    """A whole gate file."""

    metrics: Mapping[str, Limits] = Field(default_factory=dict)
    slices: tuple[SliceLimits, ...] = ()
    regression: Regression | None = None


def read_gate(path: Path) -> Gate:
    """Read a gate.

    Raises:
        InvalidInputError: It is missing, no TOML, sets nothing, or names what does not exist;
            ``detail`` lists each fault, with the names that are known.
    """
    try:
        gate = Gate.model_validate(tomllib.loads(path.read_text(encoding="utf-8")))
    except OSError as error:
        raise InvalidInputError(
            f"the gate {str(path)!r} cannot be read ({error.strerror}); check its name"
        ) from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise InvalidInputError(f"the gate {str(path)!r} is no TOML: {error}") from None
    except ValidationError as error:
        raise _refused(
            path, [f"{'.'.join(map(str, e['loc']))}: {e['msg']}" for e in error.errors()]
        ) from None
    if faults := _faults(gate):
        raise _refused(path, faults)
    against = gate.regression.against if gate.regression else None
    if gate.regression and against:
        found = gate.regression.model_copy(update={"against": path.parent / against})
        return gate.model_copy(update={"regression": found})
    return gate


def _refused(path: Path, faults: list[str]) -> InvalidInputError:
    return InvalidInputError(
        f"the gate {str(path)!r} cannot be used: {faults[0]}; see docs/evaluation.md", tuple(faults)
    )


def _faults(gate: Gate) -> list[str]:
    faults = [*_unknown("metrics", gate.metrics, METRIC_NAMES)]
    faults += [f"metrics.{name} sets no bound" for name, limits in gate.metrics.items() if not limits.given()]
    for limits in gate.slices:
        faults += _unknown("slices.metric", [limits.metric], SLICED)
        faults += _unknown("slices.where", [limits.part[0]], FIELDS)
        faults += [] if limits.given() else [f"the slice {limits.where!r} sets no bound"]
    if gate.regression:
        faults += _unknown("regression.metrics", gate.regression.metrics, COMPARED_NAMES)
    if not (gate.metrics or gate.slices or gate.regression):
        faults.append("it sets nothing: give metrics, slices or regression")
    return faults


def _unknown(place: str, names: Iterable[str], known: tuple[str, ...]) -> list[str]:
    wrong = [name for name in names if name not in known]
    return [f"{place}: {name!r} is unknown; known are {', '.join(known)}" for name in wrong]
