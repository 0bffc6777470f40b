"""What a publish does to the certificate, told before and after it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from api.services import Services, standing_of
from knowledge_base.editing.repository import content_hash
from knowledge_base.types import Entry

Json = dict[str, Any]

_HOLDING = ("certified", "written")


def certificate_facts(services: Services, entries: Sequence[Entry]) -> Json:
    """Return how the certificate stands now, and with another state that its rows were asked again on.

    ``lost`` tells that it holds now and does not with that state.

    Raises:
        CertificateError: A certificate is damaged.
    """
    now = services.standing
    then = standing_of(
        services.settings, services.home, services.bundle, content_hash(entries), services.fitted_thresholds
    )
    own = now.certificate.id if now.certificate else None
    lost = now.stand in _HOLDING and then.stand not in _HOLDING
    return {"id": own, "now": now.stand, "then": then.stand, "lost": lost, "notice": then.notice}
