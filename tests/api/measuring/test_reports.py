"""Reports of months and quarters: the files, the schedule, the command."""

import datetime as dt

import openpyxl
import pytest

from api.accounts.roles import Role
from api.measuring.report_files import read_report, report_name, write_report
from api.measuring.reporting import write_due
from api.measuring.settings import ReportSettings
from evaluation.online.definitions import DEFINITIONS
from evaluation.online.period_reports import last_name, period_of
from knowledge_base.errors import InvalidInputError
from knowledge_base.settings import Home
from tests.api.measuring.conftest import TODAY
from tests.evaluation.online.worlds import ZONE


def test_periods_and_their_names():
    quarter = period_of("quarter", "2026-Q4", ZONE)
    assert (quarter.since, quarter.until) == (dt.date(2026, 10, 1), dt.date(2027, 1, 1))
    assert period_of("month", "2026-12", ZONE).until == dt.date(2027, 1, 1)
    assert last_name("month", dt.date(2027, 1, 3)) == "2026-12"
    assert last_name("quarter", dt.date(2027, 1, 3)) == "2026-Q4"
    assert last_name("quarter", dt.date(2026, 11, 27)) == "2026-Q3"


@pytest.mark.parametrize(("span", "of"), [("month", "2026-13"), ("quarter", "2026-10"), ("month", "soon")])
def test_what_is_no_period_is_refused(span, of):
    with pytest.raises(InvalidInputError, match=f"no {span}"):
        period_of(span, of, ZONE)


def test_a_report_stands_on_its_own(filled, tmp_path):
    home, now = Home.open(tmp_path), dt.datetime.now(dt.UTC)
    report = read_report(filled, home, (), "month", f"{TODAY:%Y-%m}", now)
    assert not report.is_over
    page, book = write_report(report, "<某保险>", tmp_path / "out")
    text = page.read_text(encoding="utf-8")
    assert "&lt;某保险&gt;" in text and "本期尚未结束" in text
    assert all(one.name in text and one.about in text for one in DEFINITIONS)
    assert not any(word in text for word in ("http://", "https://", "<script", "src="))
    sheets = openpyxl.load_workbook(book)
    assert sheets.sheetnames == ["本期", "上期", "每日", "热门主题"]
    assert sheets["本期"].max_row == len(DEFINITIONS) + 1
    with pytest.raises(InvalidInputError, match="not begun"):
        read_report(filled, home, (), "month", "2999-01", now)


def test_what_is_due_is_written_once(app, filled):
    desk, at = app.state.desk, dt.datetime(2027, 1, 9, 3, tzinfo=dt.UTC)
    folder = desk.serving.services.home.reports
    wanted = ReportSettings(every={"month", "quarter"}, after_days=8)
    early = write_due(desk, (), wanted, at - dt.timedelta(days=1))
    assert report_name("month", "2026-12") not in early
    written = write_due(desk, (), wanted, at)
    assert {report_name("month", "2026-12"), report_name("quarter", "2026-Q4")} <= {*early, *written}
    assert all((folder / f"{name}.html").is_file() for name in written)
    assert write_due(desk, (), wanted, at) == []
    for path in folder.iterdir():
        path.unlink()


def test_the_command_writes_the_last_month(baowen, tmp_path):
    done = baowen("report", "month", "--output", tmp_path / "out", home_folder=tmp_path / "home")
    assert done.returncode == 0, done.stderr
    assert sorted(path.suffix for path in (tmp_path / "out").iterdir()) == [".html", ".xlsx"]
    refused = baowen("report", "quarter", "--of", "2026-10", home_folder=tmp_path / "home")
    assert refused.returncode == 2 and "no quarter" in refused.stderr


def test_written_reports_are_listed_and_downloaded_by_who_may(app, filled, person):
    folder, now = app.state.desk.serving.services.home.reports, dt.datetime.now(dt.UTC)
    analyst = person("fang", Role.ANALYST)
    report = read_report(filled, app.state.desk.serving.services.home, (), "month", f"{TODAY:%Y-%m}", now)
    page, book = write_report(report, "某保险", folder)
    try:
        (folder / "notes.html").write_text("mine", encoding="utf-8")
        told = analyst.get("/reports")
        assert (told["every"], told["after_days"]) == ([], 8)
        (one,) = [one for one in told["reports"] if one["of"] == f"{TODAY:%Y-%m}"]
        assert one["name"] == page.stem
        assert one["files"] == {"html": page.stat().st_size, "xlsx": book.stat().st_size}
        assert all(one["name"].startswith("report-") for one in told["reports"])
        got = analyst.client.get(f"/v1/reports/{page.stem}?format=xlsx")
        assert got.content == book.read_bytes()
        assert got.headers["content-disposition"] == f'attachment; filename="{book.name}"'
        assert analyst.get("/reports/report-month-1999-01", status=404)["error"]["code"] == "not_found"
        for name in ("notes", "..%2Fbaowen.db", "report-month-1"):
            assert analyst.client.get(f"/v1/reports/{name}").status_code in (
                404,
                422,
            )
        agent = person("li", Role.AGENT)
        assert agent.get("/reports", status=403)["error"]["code"] == "forbidden"
        assert agent.get(f"/reports/{page.stem}", status=403)["error"]["code"] == "forbidden"
    finally:
        for path in (page, book, folder / "notes.html"):
            path.unlink()
