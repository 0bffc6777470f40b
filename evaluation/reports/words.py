"""What the report calls things, for the Chinese-speaking people who read it."""

from __future__ import annotations

from typing import NamedTuple

ACTIONS = {"answer": "回答", "clarify": "澄清", "handoff": "转人工", "decline": "婉拒"}
REASONS = {
    "confident": "有把握",
    "emergency": "紧急情况",
    "fraud": "疑似诈骗",
    "privacy": "信息安全",
    "asked_for_person": "客户要求人工",
    "complaint": "投诉",
    "complex_case": "复杂案件",
    "not_insurance": "与保险无关",
    "vague": "内容太少",
    "several_readings": "有几种理解",
    "rejected": "客户否定了上一回答",
    "uncertain": "没有把握",
    "failure": "系统故障",
}
FAULTS = {
    "missed_handoff": "该转人工没有转",
    "wrong_answer": "答错",
    "missed_decline": "该婉拒没有婉拒",
    "needless_decline": "不该婉拒",
    "needless_handoff": "不必转人工",
    "useless_choices": "选项里没有正确的",
    "wrong_queue": "转错队列",
    "wrong_intent": "意图判错",
}
FIELDS = {
    "channel": "渠道",
    "script": "字体",
    "length": "字数",
    "source": "来源",
    "product": "产品",
    "segment": "客群",
    "tag": "标签",
}
VALUES = {"hans": "简体", "hant": "繁体", "*": "其他"}
VERDICTS = {"met": "达标", "missed": "未达标", "undecided": "样本不足", "nothing": "没有样本"}
VERDICT_REASONS = {
    "met": "整个区间都达到目标",
    "missed": "整个区间都没有达到目标",
    "undecided": "目标落在区间内，行数太少，还不能下结论",
    "nothing": "没有可计入的行",
}
STANDS = {
    "certified": "已认证",
    "written": "依据编写的问题，未经真实流量认证",
    "void": "已失效，正在用更严格的阈值",
    "unchecked": "条目有变动，尚未复核",
}


class MetricWords(NamedTuple):
    """What a metric is called and how it is defined."""

    name: str
    of: str
    share: str


METRICS = {
    "auto_answer_accuracy": MetricWords("自动回答正确率", "自动回答的行", "允许回答，且意图可接受"),
    "entry_accuracy": MetricWords("条目正确率", "自动回答、且标了条目的行", "答的是所标条目之一"),
    "answered_share": MetricWords("自动回答率", "可回答的行", "得到回答"),
    "handoff_rate": MetricWords("转人工率", "全部行", "转了人工"),
    "handoff_requested": MetricWords("客户要求", "全部行", "因客户要求转人工"),
    "handoff_policy": MetricWords("规则要求", "全部行", "因规则要求转人工"),
    "handoff_uncertain": MetricWords("没有把握", "全部行", "因没有把握转人工"),
    "effective_handoff_rate": MetricWords(
        "实际需要人工率", "全部行", "转了人工、澄清选项里没有正确的，或可回答却被婉拒"
    ),
    "needless_handoff_rate": MetricWords("不必要的转人工率", "可回答的行", "转了人工"),
    "must_handoff_recall": MetricWords("必须转人工的召回率", "必须转人工的行", "转了人工"),
    "queue_accuracy": MetricWords("队列正确率", "必须转且已转人工、标了队列的行", "队列正确"),
    "intent_accuracy": MetricWords("意图准确率（宽）", "标了意图的行", "判为任一可接受的意图"),
    "intent_accuracy_strict": MetricWords("意图准确率（严）", "标了意图的行", "判为首选意图"),
    "intent_macro_f1": MetricWords("宏平均 F1（宽）", "标了意图的行", "各意图 F1 的平均"),
    "intent_macro_f1_strict": MetricWords("宏平均 F1（严）", "标了意图的行", "同上，只认首选意图"),
    "top3": MetricWords("前三意图命中率", "标了意图的行", "前三个意图里有可接受的"),
    "clarify_rate": MetricWords("澄清率", "全部行", "反过来问了客户"),
    "choice_hit_rate": MetricWords("澄清选项命中率", "澄清过、标了意图的行", "选项里有可接受的意图"),
    "decline_recall": MetricWords("必须婉拒的召回率", "必须婉拒的行", "婉拒了"),
    "needless_decline_rate": MetricWords("不必要的婉拒率", "可回答的行", "被婉拒"),
    "hit_at_1": MetricWords("检索命中@1", "标了条目的行", "第一个候选就是正确条目"),
    "hit_at_3": MetricWords("检索命中@3", "标了条目的行", "前三个候选里有正确条目"),
    "hit_at_10": MetricWords("检索命中@10", "标了条目的行", "前十个候选里有正确条目"),
    "mrr": MetricWords("MRR", "标了条目的行", "第一个正确条目名次的倒数，取平均"),
    "ndcg_at_10": MetricWords("nDCG@10", "标了条目的行", "正确条目的折损增益与理想排序之比"),
    "cost_per_row": MetricWords("每行代价", "全部行", "错误的价格，取平均（单位：一次人工会话）"),
}
