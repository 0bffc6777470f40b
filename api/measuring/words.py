"""How figures are said in Chinese, on paper as on the screen."""

from __future__ import annotations

from evaluation.online.definitions import Unit
from evaluation.online.figures import Value, Verdict
from evaluation.online.targets import Target

VERDICTS: dict[Verdict, str] = {
    "met": "达标",
    "missed": "未达标",
    "unsure": "尚不能判定",
    "too_few": "数据太少",
    "untargeted": "无目标",
    "missing": "无数据",
}


def number_text(value: float | None, unit: Unit) -> str:
    """Return a figure with its unit; a dash where there is none."""
    if value is None:
        return "—"
    if unit == "share":
        return f"{value:.1%}"
    if unit == "change":
        return f"{value:+.1%}"
    if unit == "seconds":
        return f"{value:.1f} 秒" if value < 120 else f"{value / 60:.1f} 分钟"
    return f"{value:.2f} 条" if unit == "messages" else f"{value:.0f}"


def interval_text(value: Value, unit: Unit) -> str:
    """Return the interval of a figure; empty where there is none."""
    if value.value is None:
        return ""
    return f"{number_text(value.low, unit)}～{number_text(value.high, unit)}"


def target_text(target: Target | None, unit: Unit) -> str:
    """Return a target in a few signs; empty where there is none."""
    if target is None:
        return ""
    if target.always:
        return "每一件"
    sign, value = ("≥", target.at_least) if target.at_least is not None else ("≤", target.at_most)
    short = f"{value:+.0%}" if unit == "change" else f"{value:.0%}" if unit == "share" else f"{value:g} 秒"
    return f"{sign} {short}"
