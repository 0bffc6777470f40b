"""Imports every table, so that migrations and tests see the whole schema."""

from assistant.decision_log import DecisionRow
from assistant.desk.tables import (
    AttachmentRow,
    ComplaintRow,
    ComplaintStepRow,
    ConversationRow,
    CustomerRow,
    FollowUpRow,
    MessageRow,
    OffSwitchRow,
    PresenceRow,
    SuggestionRow,
    TicketEventRow,
    TicketRow,
)
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
    "AttachmentRow",
    "Base",
    "ChangeRow",
    "ComplaintRow",
    "ComplaintStepRow",
    "ContentStateRow",
    "ConversationRow",
    "CustomerRow",
    "DecisionRow",
    "EntryRow",
    "FollowUpRow",
    "LawReplacementRow",
    "MessageRow",
    "OffSwitchRow",
    "PresenceRow",
    "RevisionRow",
    "ScheduledPublishRow",
    "SnapshotChangeRow",
    "SnapshotRow",
    "SuggestionRow",
    "TicketEventRow",
    "TicketRow",
]
