"""Charts as typed data in the coordinates of the drawing; a template turns them into SVG."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from evaluation.reports.analyses import CertifiedPoint, Curve, CurvePoint
from evaluation.types import Metric, Reliability

WIDTH, HEIGHT = 480, 320
_LEFT, _RIGHT, _TOP, _BOTTOM = 52, 16, 16, 48
_STEPS = 5
Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Axis:
    """One axis: a label, and the figures it spans."""

    label: str
    low: float
    high: float

    @property
    def ticks(self) -> list[float]:
        """Return evenly spread figures from end to end."""
        return [self.low + (self.high - self.low) * step / _STEPS for step in range(_STEPS + 1)]


@dataclass(frozen=True, slots=True)
class Mark:
    """A point worth a name."""

    x: float
    y: float
    kind: str
    label: str


@dataclass(frozen=True, slots=True)
class Chart:
    """A chart with two axes.

    Attributes:
        id: Unique in the page.
        summary: What it shows, for those who cannot see it.
        line: The curve's points.
        band: Lower and upper points around it, as one closed outline.
        marks: Points with names.
        bars: Vertical intervals (x, low, high) with the row count of each.
        guides: Lines from end to end, such as targets.
    """

    id: str
    summary: str
    x: Axis
    y: Axis
    line: tuple[Point, ...] = ()
    band: tuple[Point, ...] = ()
    marks: tuple[Mark, ...] = ()
    bars: tuple[tuple[float, float, float, int], ...] = ()
    guides: tuple[tuple[Point, Point], ...] = field(default=())

    def at_x(self, value: float) -> float:
        """Return where a figure stands across the drawing."""
        share = (value - self.x.low) / (self.x.high - self.x.low)
        return round(_LEFT + share * (WIDTH - _LEFT - _RIGHT), 1)

    def at_y(self, value: float) -> float:
        """Return where a figure stands down the drawing."""
        share = (value - self.y.low) / (self.y.high - self.y.low)
        return round(HEIGHT - _BOTTOM - share * (HEIGHT - _TOP - _BOTTOM), 1)

    def path(self, points: Iterable[Point]) -> str:
        """Return points as the ``points`` of a polyline."""
        return " ".join(f"{self.at_x(x)},{self.at_y(y)}" for x, y in points)


def risk_coverage(curve: Curve, certificate: CertifiedPoint | None) -> Chart:
    """Return the risk (share of answers that are wrong) against the coverage (rows answered)."""
    points = _told(curve.points, lambda p: p.coverage)
    line = tuple((p.coverage.value or 0.0, 1 - (p.accuracy.value or 0.0)) for p in points)
    low = [(p.coverage.value or 0.0, 1 - (p.accuracy.high or 0.0)) for p in points]
    high = [(p.coverage.value or 0.0, 1 - (p.accuracy.low or 0.0)) for p in points]
    marks = [Mark(*at, "in-use", "现用阈值") for at in _at(line, points, curve.in_use)]
    if certificate:
        places = [x for x, _ in _at(line, points, certificate.cut)]
        marks += [Mark(x, 1 - certificate.accuracy, "certified", "证书：错误率上限") for x in places]
    top = _rounded_up(max([y for _, y in line] + [m.y for m in marks] + [0.15]))
    return Chart(
        id="risk",
        summary="横轴是自动回答占全部行的份额，纵轴是自动回答里错误的份额；阈值越低，回答越多，错误也越多。",
        x=Axis("自动回答占全部行", 0, 1),
        y=Axis("回答中的错误", 0, top),
        line=line,
        band=(*((x, min(y, top)) for x, y in high), *reversed([(x, max(0.0, y)) for x, y in low])),
        marks=tuple(marks),
        guides=(((0, 0.15), (1, 0.15)),),
    )


def accuracy_handoff(curve: Curve, certificate: CertifiedPoint | None) -> Chart:
    """Return the accuracy of answers against the share of rows left needing a person."""
    points = _told(curve.points, lambda p: p.effective_handoff_rate)
    line = tuple((p.effective_handoff_rate.value or 0.0, p.accuracy.value or 0.0) for p in points)
    marks = [Mark(*at, "in-use", "现用阈值") for at in _at(line, points, curve.in_use)]
    if certificate:
        marks.append(Mark(certificate.handoff, certificate.accuracy, "certified", "证书"))
    xs, ys = [x for x, _ in line] + [m.x for m in marks], [y for _, y in line] + [m.y for m in marks]
    return Chart(
        id="handoff",
        summary="横轴是最后需要人工的份额，纵轴是自动回答的正确率；虚线是目标：85% 和 15%。",
        x=Axis("需要人工（占全部行）", 0, _rounded_up(max([*xs, 0.2]))),
        y=Axis("回答正确率", _rounded_down(min([*ys, 0.8])), 1),
        line=line,
        marks=tuple(marks),
        guides=(
            ((0, 0.85), (_rounded_up(max([*xs, 0.2])), 0.85)),
            ((0.15, _rounded_down(min([*ys, 0.8]))), (0.15, 1)),
        ),
    )


def reliability_chart(reliability: Reliability) -> Chart:
    """Return the share that was right against the confidence that was stated."""
    bins = reliability.bins
    return Chart(
        id="reliability",
        summary="横轴是系统给出的把握，纵轴是其中真正正确的份额；越贴近对角线，把握越可信。",
        x=Axis("给出的把握", 0, 1),
        y=Axis("实际正确", 0, 1),
        line=tuple((one.confidence, one.right) for one in bins),
        bars=tuple((one.confidence, one.low, one.high, one.n) for one in bins),
        guides=(((0, 0), (1, 1)),),
    )


def _told(points: Sequence[CurvePoint], x_of: Callable[[CurvePoint], Metric]) -> list[CurvePoint]:
    return [p for p in points if p.accuracy.value is not None and x_of(p).value is not None]


def _at(line: Sequence[Point], points: Sequence[CurvePoint], cut: float | None) -> list[Point]:
    """Return the point of the curve nearest to a cut, if there is one."""
    if cut is None or not points:
        return []
    return [line[min(range(len(points)), key=lambda i: abs(points[i].cut - cut))]]


def _rounded_up(value: float) -> float:
    return min(1.0, -(-value * 20 // 1) / 20)


def _rounded_down(value: float) -> float:
    return max(0.0, (value * 10 // 1) / 10)
