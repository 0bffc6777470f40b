"""Says in the editors' language what is wrong with a row, and how to mend it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from knowledge_base.editing.sheets.columns import LABELS

_TEXTS = {
    "row": "这一行读不出来，请检查格式。",
    "missing": "没有填写，请补上。",
    "bad_date": "“{found}”不是日期，请写成 2026-01-31。",
    "bad_intent": "没有“{found}”这个类别，请从列表中选；也可以留空，由系统判断。",
    "bad_source": "没有“{found}”这种来源，请选：法律法规、合同条款、公司规定、行业惯例。",
    "bad_kind": "没有“{found}”这种条目，请写“问答”。",
    "bad_status": "没有“{found}”这种状态；要停用条目请写“停用”，其他情况留空即可。",
    "bad_products": "没有“{found}”这个产品，请从列表中选。",
    "bad_legal_basis": "“{found}”里有认不出的法律或条款，请写成“保险法第15条”，多条用分号隔开。",
    "bad_revision": "“{found}”不是修订号，请写数字或留空。",
    "unusable": "“{found}”不能用，请改写。",
    "twice": "与第 {found} 行是同一条，请合并，或去掉一行。",
    "stale": "文件是按第 {found} 次修订改的，之后别人又改过。请对照差异合并，再把修订号清空。",
}


def text_of_fault(fault: Mapping[str, Any]) -> str:
    """Return a fault (``field``, ``code``, ``found``, ``message``) in a sentence, its field first."""
    label = LABELS.get(fault["field"], "")
    text = _TEXTS.get(fault["code"], fault["message"]).replace("{found}", fault["found"])
    return f"{label}：{text}" if label else text
