"""Ids of entries in requests: one shape for all routes, without control characters."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from api.routes.audits import Judgement
from api.routes.desk.deeds import Resolving
from api.routes.knowledge.laws import Settled
from api.routes.knowledge.own_content import Tried
from api.routes.knowledge.publishes import Publishing
from api.routes.knowledge.review_shapes import Chosen
from api.routes.knowledge.variants import Proposed
from api.routes.knowledge.writing_shapes import Draft, EntryText
from api.routes.labels.shapes import LabelShape
from api.routes.loop.gaps import Variants

REQUESTS = [
    (Chosen, lambda name: {"ids": [name]}),
    (Publishing, lambda name: {"ids": ["a.b"], "revisions": {name: 1}}),
    (Draft, lambda name: {"id": name, "entry": {}}),
    (EntryText, lambda name: {"related": [name]}),
    (Proposed, lambda name: {"entry_id": name, "proposed": "怎么退保"}),
    (Variants, lambda name: {"entry_id": name, "texts": ["怎么退保"]}),
    (Settled, lambda name: {"entry_id": name, "revision": 1, "version": "2015", "how": "retire"}),
    (Tried, lambda name: {"value": {}, "entry_id": name}),
    (LabelShape, lambda name: {"action": "answer", "entry_ids": [name]}),
    (Judgement, lambda name: {"verdict": "other_entry", "right_entry_id": name}),
    (Resolving, lambda name: {"label": "surrender", "entry_id": name}),
]


@pytest.mark.parametrize(("shape", "body"), REQUESTS, ids=[shape.__name__ for shape, _ in REQUESTS])
def test_an_id_has_no_control_characters_and_is_not_endless(shape, body):
    assert shape(**body("退保.手续费"))
    for bad in ("surrender\x00.fee", "surrender\n.fee", "surrender.\x7ffee", "s" * 121):
        with pytest.raises(ValidationError):
            shape(**body(bad))
