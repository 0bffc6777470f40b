"""Weights that bring a test set to a day's mix of actions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import get_args

import numpy as np
from numpy.typing import NDArray

from assistant.types import Action
from evaluation.survey import Survey, survey_of
from evaluation.types import Case
from knowledge_base.errors import InvalidInputError

Mix = Mapping[Action, float]
_ACTIONS: tuple[Action, ...] = get_args(Action)
_ROUNDING = 1e-9  # shares such as 0.7 + 0.2 + 0.1 need not sum to 1 exactly


def parse_mix(text: str) -> Mix:
    """Read shares by primary action, such as ``handoff=0.08,decline=0.06``.

    Raises:
        InvalidInputError: An unknown or repeated action, a share that is no number of
            0..1, or shares above 1 in sum.
    """
    mix: dict[Action, float] = {}
    for part in text.split(","):
        name, _, share = part.partition("=")
        action = next((known for known in _ACTIONS if known == name.strip()), None)
        if action is None or action in mix:
            raise _unusable(text, f"{name.strip()!r} is {'unknown' if action is None else 'named twice'}")
        mix[action] = _share(text, share)
    if sum(mix.values()) > 1 + _ROUNDING:
        raise _unusable(text, f"the shares sum to {sum(mix.values()):g}, which is above 1")
    return mix


def _share(text: str, share: str) -> float:
    try:
        value = float(share)
    except ValueError:
        value = -1.0
    if not 0 <= value <= 1:  # a NaN fails this too
        raise _unusable(text, f"{share.strip()!r} is no share of 0 to 1")
    return value


def _unusable(text: str, cause: str) -> InvalidInputError:
    return InvalidInputError(
        f"the mix {text!r} cannot be used: {cause}; write action=share pairs such as "
        f"'handoff=0.08,decline=0.06' with actions of {', '.join(_ACTIONS)}"
    )


def weights_by_action(survey: Survey, mix: Mix | None = None) -> dict[Action, float]:
    """Return by how much to multiply a row's own weight so that actions have the shares of ``mix``.

    Within an action the rows keep their own relative weights. Actions that the mix does
    not name share what is left, in the proportion they stand in already. The weights of all rows
    sum to the same as without a mix.

    Raises:
        InvalidInputError: The mix gives a share to an action without rows, or leaves a
            share to further actions of which there are none.
    """
    if not mix:
        return dict.fromkeys(survey.weights, 1.0)
    total = sum(survey.weights.values())
    others = frozenset(survey.weights.keys() - mix.keys())
    shares = [(f"the action {name!r}", frozenset({name}), share) for name, share in mix.items()]
    shares.append(("actions that the mix does not name", others, 1 - sum(mix.values())))
    factors: dict[Action, float] = {}
    for name, actions, share in shares:
        weight = sum(survey.weights.get(action, 0.0) for action in actions)
        if weight > 0:
            factors |= dict.fromkeys(actions, max(0.0, share) * total / weight)
        elif share > _ROUNDING:
            raise InvalidInputError(
                f"the mix gives {name} a share of {share:g}, but no row is of that kind; "
                "check the mix and the data"
            )
    return factors


def case_weights(cases: Sequence[Case], mix: Mix | None = None) -> NDArray[np.float64]:
    """Return a weight for each case so that the primary actions have the shares of ``mix``.

    Returns:
        Shape (cases,).

    Raises:
        InvalidInputError: The mix does not fit; see ``weights_by_action``.
    """
    factors = weights_by_action(survey_of(cases), mix)
    return np.array([case.weight * factors[case.action] for case in cases], dtype=np.float64)
