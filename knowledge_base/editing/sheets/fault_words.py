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
    "required": "没有填写，请补上。",
    "intent": "没有“{found}”这个类别，请从列表中选。",
    "kind": "这个类别由人工受理，不能写成问答。请换一个类别。",
    "basis": "来源是法律法规，就要写明法律依据。",
    "law": "没有登记“{found}”这部法规或这个版本。请改写，或先到“法规”页登记。",
    "in_force": "“{found}”今天不在有效期内，请换成现行版本。",
    "wording": "“{found}”不能对客户说。{instead}。",
    "personal_data": "“{found}…”里像有个人信息，请去掉。",
    "placeholder": "公司资料里没有 {found}，请改写或先到“公司资料”页查看。",
    "product": "没有“{found}”这个产品，请从列表中选。",
    "validity": "失效日期早于生效日期，请检查。",
    "expired": "失效日期已过，客户不会再看到。",
    "length": "长度不合适（回答 40 到 250 字，简短回答 60 字以内，问法 2 到 60 字）。",
    "variants": "只有 {found} 个相似问法，建议 5 个以上，更容易被问到。",
    "likeness": "有的相似问法几乎一样，建议换一种说法。",
    "readability": "句子太长，建议拆短。",
    "related": "没有编号为“{found}”的条目，请改正或去掉。",
    "shared": "“{found}”与条目 {instead} 的问法一样，请改写或合并。",
}


def text_of_fault(fault: Mapping[str, Any]) -> str:
    """Return a fault (``field``, ``code``, ``found``, ``instead``, ``message``) in a sentence."""
    label = LABELS.get(fault["field"], "")
    text = _TEXTS.get(fault["code"], fault["message"])
    text = text.replace("{instead}", fault["instead"]).replace("{found}", fault["found"])
    return f"{label}：{text}" if label else text
