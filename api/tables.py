"""Imports every table, so that migrations and tests see the whole schema."""

from api.accounts.tables import (
    ApiKeyRow,
    AuditRow,
    ProviderSignInRow,
    SessionRow,
    SetupLinkRow,
    UserRow,
)
from assistant.decision_log import DecisionRow
from knowledge_base.database import Base
from knowledge_base.editing.law_changes import LawReplacementRow
from knowledge_base.editing.tables import (
    ChangeRow,
    ContentStateRow,
    EntryRow,
    RevisionRow,
    ScheduledPublishRow,
    SnapshotChangeRow,
    SnapshotRow,
)

__all__ = [
    "ApiKeyRow",
    "AuditRow",
    "Base",
    "ChangeRow",
    "ContentStateRow",
    "DecisionRow",
    "EntryRow",
    "LawReplacementRow",
    "ProviderSignInRow",
    "RevisionRow",
    "ScheduledPublishRow",
    "SessionRow",
    "SetupLinkRow",
    "SnapshotChangeRow",
    "SnapshotRow",
    "UserRow",
]
