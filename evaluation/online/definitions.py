"""Every measure of the service: what it is called, what it is taken over, and how it is told.

The texts are read by managers, in Chinese, and say numerator and denominator. A measure is
the sum of its ``columns`` over all units that count (evaluation/online/facts).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Unit = Literal["share", "seconds", "messages", "points", "change"]
"""A share of 1; a mean time; a mean number; points from -100 to 100; a relative change."""

Shows = Literal["", "-1", "0", "1", "largest"]

MINIMUM = 30
"""Units below which nothing is said of a target: a share of 30 is known to about 18 points only."""


@dataclass(frozen=True, slots=True)
class Definition:
    """What a measure is.

    Attributes:
        group: Where it stands on the dashboard.
        about: The definition with numerator and denominator.
        columns: What is summed up; empty where it comes from elsewhere.
        shows: Which units stand behind it when one looks closer: those that count -1, 0
            or 1, or the largest; empty where there is nothing to look at.
        missing: What to say where there can be no figure, and what to do about it.
    """

    id: str
    name: str
    group: str
    unit: Unit
    about: str
    columns: tuple[str, ...] = ()
    shows: Shows = ""
    missing: str = ""


GROUPS = {
    "answers": "自动回答",
    "people": "转人工与等待",
    "customers": "客户感受",
    "complaints": "投诉与时限",
}


def _of(
    group: str,
    unit: Unit,
    id_: str,
    name: str,
    about: str,
    *columns: str,
    shows: Shows = "",
    missing: str = "",
) -> Definition:
    return Definition(id_, name, group, unit, about, columns or (id_,), shows, missing)


DEFINITIONS: tuple[Definition, ...] = (
    Definition(
        "answer_accuracy",
        "自动应答准确率",
        "answers",
        "share",
        "抽检的自动回答中，条目正确且确实该由助手直接回答的占比；按渠道和业务分层抽样，按各层回答量加权。"
        "两人判断不一致且尚无第三人裁定的，按错误计。",
        missing="所选时间内没有抽检结果。请在“抽检”中抽样并判断。",
    ),
    _of(
        "answers",
        "share",
        "answered",
        "自动回答占比",
        "客户消息中由助手直接回答的占比；分母为助手处理的全部消息。",
    ),
    _of(
        "answers",
        "share",
        "clarified",
        "追问占比",
        "客户消息中助手给出选项、请客户再选一次的占比。",
        shows="1",
    ),
    _of(
        "answers",
        "share",
        "first_contact",
        "首次解决率",
        "一次咨询后 7 天内，同一客户没有就同一主题再来的占比。"
        "一次咨询：同一客户、同一主题的连续提问，间隔一小时以内算一次。已登录客户跨会话识别；"
        "匿名访客只在其浏览器保留的会话内识别，换设备再来的认不出，因此匿名部分偏高。"
        "未满 7 天的咨询不计。寒暄、要人工、与保险无关的消息不算主题。",
        shows="0",
    ),
    _of(
        "answers",
        "share",
        "repeat",
        "重复咨询率",
        "咨询中，同一客户此前 7 天内已就同一主题问过的占比；客户与主题的识别同首次解决率。",
        shows="1",
    ),
    _of(
        "people",
        "share",
        "handoff",
        "转人工率",
        "到访中转给人工的占比。到访：一个会话的一天。老年客户不计入（使用人工不设考核）。",
        shows="1",
    ),
    _of(
        "people",
        "share",
        "handoff_requested",
        "其中：客户要求",
        "到访中因客户要求人工或要求回电而转的占比；分母同转人工率。",
        shows="1",
    ),
    _of(
        "people",
        "share",
        "handoff_policy",
        "其中：按规定必转",
        "到访中因紧急、欺诈、隐私、投诉、复杂案情、来件或停用自动回答而转的占比；分母同转人工率。",
        shows="1",
    ),
    _of(
        "people",
        "share",
        "handoff_uncertain",
        "其中：助手没把握",
        "到访中因助手没把握、出错，或客户表示没解决而转的占比；分母同转人工率。",
        shows="1",
    ),
    _of(
        "people",
        "share",
        "handoff_effective",
        "有效转人工率",
        "到访中转了人工，或停在追问上、客户没有得到回答的占比；分母同转人工率。",
        shows="1",
    ),
    _of(
        "people",
        "share",
        "handoff_elderly",
        "老年客户使用人工",
        "老年客户到访中转给人工的占比。只供了解，不设目标、不作考核（T/IAC 54-2025）。",
        shows="1",
    ),
    _of(
        "people",
        "seconds",
        "reply_time",
        "在线响应时间",
        "客户等到第一次回复的平均秒数：助手按处理时间，人工按服务时间内等到坐席首次回复的时间。",
        "assistant_reply",
        "person_reply",
        shows="largest",
    ),
    _of(
        "people",
        "seconds",
        "person_reply",
        "人工首次响应",
        "转人工后等到坐席首次回复的平均秒数，只计服务时间；最长按一天计；还在等且已超时的计到现在。",
        shows="largest",
    ),
    _of(
        "people",
        "share",
        "person_in_time",
        "人工按时响应",
        "转人工的工单中，坐席首次回复未超过时限（服务时间内 30 秒）的占比。",
        shows="0",
    ),
    Definition(
        "waiting_change",
        "等待时间变化",
        "people",
        "change",
        "人工首次响应平均秒数相对基准期的变化；基准期在 targets.yaml 中设定。",
        missing="还没有设定基准期。请在 targets.yaml 的 baseline 中写明起止日期。",
    ),
    _of(
        "people",
        "share",
        "emergency",
        "应急响应",
        "紧急工单中，1 小时内得到坐席回复的占比（自然时间）。每一件都要做到。",
        shows="0",
    ),
    _of(
        "people",
        "share",
        "suggestions",
        "建议采纳率",
        "坐席用过或否决过推荐回复的消息中，采纳（含修改后采纳）的占比。",
        shows="0",
    ),
    _of("customers", "share", "satisfaction", "满意度", "评分的客户中，给 4 分或 5 分的占比。", shows="0"),
    _of("customers", "share", "solved", "客户自评已解决", "评分的客户中，选择“已解决”的占比。", shows="0"),
    _of(
        "customers",
        "share",
        "rating_capture",
        "反馈采集率",
        "结束的会话中，客户给了评分的占比（结束前一天内或之后的评分）。",
    ),
    _of(
        "customers",
        "points",
        "nps_score",
        "净推荐值（NPS）",
        "回答“您愿意向亲友推荐我们吗”（0～10 分）的客户中，打 9～10 分的占比减打 0～6 分的占比，"
        "乘以 100，从 -100 到 100。评价之后才问，可以跳过，每个会话最多问一次；跳过的不计。",
        shows="-1",
        missing="所选时间内没有客户回答。评价后会自动询问；"
        "若一直没有，请检查 BAOWEN_RECOMMEND_SHARE 是否为 0。",
    ),
    Definition(
        "nps",
        "净推荐值（NPS）变化",
        "customers",
        "change",
        "净推荐值相对基准期的变化（提高 10% 如 40 升到 44）；基准期在 targets.yaml 中设定。"
        "基准期的净推荐值须明显大于 0，否则相对变化没有意义。",
        missing="还不能比较：请在 targets.yaml 的 baseline 中写明起止日期；"
        "该基准期内须有足够客户回答，且净推荐值明显大于 0。",
    ),
    _of(
        "customers",
        "messages",
        "effort",
        "客户费力度",
        "一次到访中客户平均要发几条消息，越少越省力。",
        shows="largest",
    ),
    _of(
        "customers",
        "share",
        "channel_sync",
        "渠道同步率",
        "发给外部渠道（如公众号）的消息中，已被对方系统确认收到的占比；不足一分钟的不计。"
        "网页和 App 直接读同一份会话，不会不同步，不计入。",
        missing="所选时间内没有发往外部渠道的消息。",
    ),
    _of(
        "complaints",
        "share",
        "complaint_satisfied",
        "投诉处理满意率",
        "所选时间内收到的投诉中，回访已表态的客户里满意的占比。",
        shows="0",
    ),
    _of(
        "complaints",
        "share",
        "complaint_accepted",
        "投诉 24 小时受理",
        "所选时间内收到的投诉中，24 小时内受理的占比；未受理且未到期的不计。每一件都要做到。",
        shows="0",
    ),
    _of(
        "complaints",
        "share",
        "complaint_decided",
        "投诉按期答复",
        "所选时间内收到的投诉中，在法定期限内作出决定并告知客户的占比"
        "（15 日、30 日，可延长，鉴定调解期间停止计时）；未答复且未到期的不计。每一件都要做到。",
        shows="0",
    ),
    _of(
        "complaints",
        "share",
        "breaches",
        "超时占比",
        "所选时间内到期的时限（首次响应、办结、投诉受理、答复、核查）中，超时的占比。",
        shows="1",
    ),
)

BY_ID = {one.id: one for one in DEFINITIONS}
