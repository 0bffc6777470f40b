"""What the columns of labelled rows are called, in a table of Chinese headings too."""

from __future__ import annotations

_CHINESE = {
    "id": "编号 序号",
    "text": "问题 文本 问句 客户问题 用户问题",
    "intent": "意图 主意图",
    "intents": "可接受意图 可接受的意图",
    "action": "动作 处理动作",
    "alt_action": "可接受动作 可接受的动作",
    "queue": "队列",
    "entry_ids": "条目 条目编号",
    "score_intent": "计意图 是否计意图",
    "history": "此前 历史消息",
    "channel": "渠道",
    "product": "产品",
    "segment": "客群",
    "tags": "标签",
    "source": "来源",
    "conversation_id": "会话 会话编号",
    "weight": "权重",
}
_FIELDS = {name: field for field, names in _CHINESE.items() for name in names.split()}


def field_named(heading: str) -> str:
    """Return the field that a column is about; a heading that is no Chinese name stands for itself."""
    return _FIELDS.get(heading, heading)
