"""Which field of an entry a column of somebody's spreadsheet is, guessed from its heading."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from types import MappingProxyType

LABELS: Mapping[str, str] = MappingProxyType(
    {
        "id": "编号",
        "question": "标准问题",
        "answer": "回答",
        "short_answer": "简短回答",
        "variants": "相似问法",
        "intent": "类别",
        "kind": "条目种类",
        "source": "依据来源",
        "legal_basis": "法律依据",
        "products": "适用产品",
        "channels": "适用渠道",
        "valid_from": "生效日期",
        "valid_to": "失效日期",
        "related": "相关条目",
        "revision": "修订号",
        "status": "状态",
    }
)
"""The fields of an entry with the headings that our own files have, in their order."""

LISTS = frozenset({"variants", "products", "channels", "related", "legal_basis"})
"""Fields that several columns may fill together (相似问1, 相似问2)."""

REQUIRED = ("question", "answer")

# Names as spreadsheets of insurers and of other FAQ systems have them.
_NAMES = {
    "id": "id 编号 条目编号 问答编号 知识编号 条目id 问题编号 code",
    "question": "question 问题 标准问 标准问题 标准问法 主问题 主问 问 标题 知识标题 问句 faq title query",
    "answer": "answer 答案 标准答案 回答 答 回复 答复 标准回复 回答内容 答案内容 内容 reply response content",
    "short_answer": "shortanswer 简短回答 简短答案 短答案 简答 一句话回答 摘要 summary",
    "variants": "variants variant 相似问 相似问法 相似问题 扩展问 扩展问法 扩展问题 同义问 同义问法 其他问法 "
    "变体 问法 用户问法 similarquestions similarquestion alternatives similar",
    "intent": "intent 意图 类别 分类 类目 主题 业务分类 知识分类 问题分类 意图分类 category topic",
    "kind": "kind 条目种类 条目类型",
    "source": "source 依据来源 来源 依据类型 来源类型",
    "legal_basis": "legalbasis 法律依据 依据 法规依据 法律法规 法条 政策依据 法规 law legal basis",
    "products": "products product 适用产品 产品 险种 适用险种 产品线",
    "channels": "channels channel 适用渠道 渠道",
    "valid_from": "validfrom 生效日期 生效日 生效时间 开始日期 起始日期 启用日期 "
    "startdate effectivedate from",
    "valid_to": "validto 失效日期 失效日 失效时间 截止日期 结束日期 到期日 到期日期 有效期至 "
    "enddate expirydate expires",
    "related": "related 相关条目 相关问题 关联条目 关联问题 推荐问题",
    "revision": "revision 修订号 修订 版本号",
    "status": "status 状态 条目状态",
}
_FIELDS = {name: field for field, names in _NAMES.items() for name in names.split()}
_NOISE = re.compile(r"[\s_\-*＊:：/]+|[（(\[【].*?[）)\]】]|[（(].*$")
_NUMBER = re.compile(r"\d+$")


def field_of(heading: str) -> str:
    """Return the field that a heading names, empty if it is not known."""
    plain = _NOISE.sub("", heading.lower())
    if plain in _FIELDS:
        return _FIELDS[plain]
    field = _FIELDS.get(_NUMBER.sub("", plain), "")
    return field if field in LISTS else ""


def guess_mapping(headings: Sequence[str]) -> dict[str, str]:
    """Return for each heading the field it fills, empty where none; each single field goes to one column."""
    mapping: dict[str, str] = {}
    for heading in headings:
        field = field_of(heading)
        taken = field in mapping.values() and field not in LISTS
        mapping[heading] = "" if taken else field
    return mapping


def faults_of_mapping(mapping: Mapping[str, str], headings: Sequence[str]) -> list[str]:
    """Return what is wrong with a mapping that somebody chose, in sentences."""
    faults = [f"column {one[:60]!r} is not in the file" for one in mapping if one not in headings]
    faults += [f"field {one[:60]!r} is unknown" for one in mapping.values() if one and one not in LABELS]
    chosen = list(mapping.values())
    faults += [
        f"{chosen.count(one)} columns fill the field {one!r}; choose one"
        for one in LABELS
        if one not in LISTS and chosen.count(one) > 1
    ]
    return faults
