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
from api.knowledge.tables import JobRow
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
from evaluation.labels.tables import LabelDecisionRow, LabelQuestionRow, LabelRow, LabelSetRow
from evaluation.online.alarms import AlarmRow
from evaluation.online.dismissals import DismissedGapRow
from evaluation.online.tables import (
    AuditBatchRow,
    AuditItemRow,
    AuditJudgementRow,
    CountedDayRow,
    MeasureDayRow,
)
from evaluation.online.trials import BundleUseRow, CandidateRow, PairedDecisionRow
from knowledge_base.database import Base
from knowledge_base.editing.law_changes import LawReplacementRow, LawVersionRow
from knowledge_base.editing.own_content import ContentEditRow
from knowledge_base.editing.sheets.staging import ImportedRow, ImportRow
from knowledge_base.editing.tables import (
    ChangeRow,
    CommentRow,
    ContentStateRow,
    EntryRow,
    RevisionRow,
    ScheduledPublishRow,
    SnapshotChangeRow,
    SnapshotRow,
)
from knowledge_base.editing.variants import SettledVariantRow

__all__ = [
    "AlarmRow",
    "ApiKeyRow",
    "AttachmentRow",
    "AuditBatchRow",
    "AuditItemRow",
    "AuditJudgementRow",
    "AuditRow",
    "Base",
    "BundleUseRow",
    "CandidateRow",
    "ChangeRow",
    "ChannelRequestRow",
    "ChannelThreadRow",
    "CommentRow",
    "ComplaintRow",
    "ComplaintStepRow",
    "ContentEditRow",
    "ContentStateRow",
    "ConversationRow",
    "CountedDayRow",
    "CustomerRow",
    "DecisionRow",
    "DismissedGapRow",
    "EntryRow",
    "FollowUpRow",
    "ImportRow",
    "ImportedRow",
    "JobRow",
    "LabelDecisionRow",
    "LabelQuestionRow",
    "LabelRow",
    "LabelSetRow",
    "LawReplacementRow",
    "LawVersionRow",
    "MeasureDayRow",
    "MessageRow",
    "OffSwitchRow",
    "PairedDecisionRow",
    "PresenceRow",
    "ProviderSignInRow",
    "RevisionRow",
    "ScheduledPublishRow",
    "SessionRow",
    "SettledVariantRow",
    "SetupLinkRow",
    "SnapshotChangeRow",
    "SnapshotRow",
    "SuggestionRow",
    "TicketEventRow",
    "TicketRow",
    "UserRow",
]
