"""Imports every table, so that migrations and tests see the whole schema."""

from api.accounts.tables import (
    ApiKeyRow,
    AuditRow,
    ProviderSignInRow,
    SessionRow,
    SetupLinkRow,
    UserRow,
)
from api.channels.tables import ChannelRequestRow, ChannelThreadRow
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
    "ApiKeyRow",
    "AttachmentRow",
    "AuditRow",
    "Base",
    "ChangeRow",
    "ChannelRequestRow",
    "ChannelThreadRow",
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
    "ProviderSignInRow",
    "RevisionRow",
    "ScheduledPublishRow",
    "SessionRow",
    "SetupLinkRow",
    "SnapshotChangeRow",
    "SnapshotRow",
    "SuggestionRow",
    "TicketEventRow",
    "TicketRow",
    "UserRow",
]
