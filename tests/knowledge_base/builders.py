"""Entries for tests."""

from knowledge_base.types import Entry, LegalBasis

ANSWER = "一般要带身份证、银行卡和申请书，提交后按合同约定的时间处理；具体以合同为准，也可以打 {hotline} 问。"


def make_entry(entry_id="claim_process.general", **changes):
    """Return an entry without faults, with ``changes``."""
    fields = {
        "id": entry_id,
        "kind": "answer",
        "intent": entry_id.split(".")[0],
        "question": "怎么申请理赔？",
        "variants": ("理赔怎么弄", "出事之后钱怎么要", "我要报销医药费", "索赔步骤", "赔偿去哪里办"),
        "answer": ANSWER,
        "short_answer": "带齐材料向公司申请，以合同为准。",
        "source": "law",
        "legal_basis": (LegalBasis("保险法", "2015", "23", "1"),),
        "products": ("medical",),
        "related": (),
    }
    return Entry(**{**fields, **changes})
