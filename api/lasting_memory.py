"""Keeps Python's collector from walking through what lives as long as a published state.

A full collection visits every entry, question and vector's wrapper, which stops all requests
for a quarter of a second and never finds anything there.
"""

from __future__ import annotations

import gc


def settle_memory() -> None:
    """Collect once, and leave out of later collections all that is there now.

    Call it when a state has been built; what the state before left behind goes now.
    """
    gc.unfreeze()
    gc.collect()
    gc.freeze()
