"""The command in processes of its own: output, exit codes, bad input."""

import json
import re
import shutil
from pathlib import Path

import pytest

from assistant.understanding.bundle import SHIPPED_BUNDLE

ROW = {"id": "1", "text": "怎么退保", "intent": "surrender", "action": "answer", "queue": "policy_service"}


def write_rows(path, *rows):
    path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf-8")
    return path


def assert_clear_error(result, *said):
    assert result.returncode == 2, result.stderr
    assert "Traceback" not in result.stdout + result.stderr
    for words in said:
        assert words in result.stderr
    assert result.stdout == ""


def test_ask_json_is_one_object(baowen):
    result = baowen("ask", "怎么退保", "--json")
    assert result.returncode == 0, result.stderr
    reply = json.loads(result.stdout)
    assert reply["intent"] == "surrender"


def test_ask_text_shows_answer_and_basis(baowen):
    result = baowen("ask", "医疗费发票丢了，还能申请理赔吗？")
    assert result.returncode == 0, result.stderr
    assert "依据" in result.stdout


@pytest.mark.parametrize("text", ["", "   ", "长" * 10_000, "\x01\x02"])
def test_ask_refuses_bad_text(baowen, text):
    assert_clear_error(baowen("ask", text), "error: The question")


def test_evaluate_prints_every_metric(baowen, tmp_path):
    rows = [
        ROW,
        {
            **ROW,
            "id": "2",
            "text": "转人工",
            "intent": "human_agent",
            "action": "handoff",
            "queue": "general",
        },
    ]
    predictions = tmp_path / "p.jsonl"
    result = baowen(
        "evaluate", write_rows(tmp_path / "d.jsonl", *rows), "--format", "json", "--predictions", predictions
    )
    assert result.returncode == 0, result.stderr
    report = json.loads(result.stdout)
    names = [
        "auto_answer_accuracy",
        "entry_accuracy",
        "answered_share",
        "handoff_rate",
        "effective_handoff_rate",
        "needless_handoff_rate",
        "must_handoff_recall",
        "queue_accuracy",
        "intent_accuracy",
        "intent_macro_f1",
        "top3",
        "clarify_rate",
        "choice_hit_rate",
        "decline_recall",
        "needless_decline_rate",
    ]
    assert all(set(report[name]) == {"value", "low", "high", "n"} for name in names)
    assert report["n"] == 2
    assert set(report["handoff_split"]) == {"requested", "policy", "uncertain"}
    assert set(report["latency_ms"]) == {"p50", "p99"}
    lines = [json.loads(line) for line in predictions.read_text(encoding="utf-8").splitlines()]
    assert [line["id"] for line in lines] == ["1", "2"]


def test_runs_are_compared(baowen, tmp_path):
    run = Path(__file__).parents[1] / "evaluation" / "files" / "format-2"
    other = shutil.copytree(run, tmp_path / "other")
    lines = (other / "predictions.jsonl").read_text("utf-8").splitlines()
    rows = [json.loads(line) for line in lines]
    wrong = {
        "action": "decline",
        "entry_id": None,
        "queue": None,
        "choices": [],
        "faults": ["needless_decline"],
    }
    lines = [json.dumps(row | wrong, ensure_ascii=False) for row in rows]
    (other / "predictions.jsonl").write_text("\n".join(lines), "utf-8")
    same = baowen("compare", run, run)
    assert same.returncode == 0 and "the runs do not differ" in same.stdout
    found = json.loads(baowen("compare", run, other, "--format", "json").stdout)
    (one,) = found["comparisons"]
    assert (found["n"], one["counts"]["better"]) == (12, 0)
    assert one["counts"]["worse"] == sum(not row["faults"] for row in rows)
    assert one["metrics"]["right_rate"]["second"]["value"] == 0
    table = baowen("compare", run, run, other)
    assert "needless_decline_rate" in table.stdout and "rows better / worse" in table.stdout
    assert_clear_error(baowen("compare", run), "two or more")
    gate = tmp_path / "gate.toml"
    gate.write_text("[regression]", "utf-8")
    assert baowen("compare", run, run, "--gate", gate).returncode == 0
    gate.write_text("[metrics.answered_share]\nat_least = 1", "utf-8")
    failed = baowen("compare", run, other, "--gate", gate, "--format", "json")
    assert failed.returncode == 1 and json.loads(failed.stdout)
    assert "gate FAILED: answered_share" in failed.stderr


def test_a_run_goes_through_a_gate(baowen, tmp_path):
    data, gate = write_rows(tmp_path / "data.jsonl", ROW), tmp_path / "gate.toml"
    gate.write_text('[metrics.auto_answer_accuracy]\nat_least = 0.5\n[regression]\nagainst = "now"', "utf-8")
    first = baowen("evaluate", data, "--output", tmp_path / "now")
    assert first.returncode == 0, first.stderr
    passed = baowen("evaluate", data, "--output", tmp_path / "new", "--gate", gate)
    assert passed.returncode == 0, passed.stderr
    assert passed.stderr.count("gate passed") == 5
    assert_clear_error(baowen("evaluate", data, "--gate", gate), "--output")
    gate.write_text("[metrics.auto_answer_accuracy]\nlow_at_least = 0.5", "utf-8")
    failed = baowen("evaluate", data, "--gate", gate, "--format", "json")
    assert failed.returncode == 1 and json.loads(failed.stdout)["n"] == 1
    assert "gate FAILED: auto_answer_accuracy: lower bound" in failed.stderr


def test_evaluate_lists_every_bad_row(baowen, tmp_path):
    rows = [ROW, {**ROW, "id": "2", "text": ""}, {**ROW, "id": "3", "intent": "cooking"}, {"id": "4"}]
    rows += [{"id": str(number)} for number in range(5, 121)]
    result = baowen("evaluate", write_rows(tmp_path / "bad.jsonl", *rows))
    assert_clear_error(result, "line 2", "line 3", "line 4", "cooking")
    assert [line.split(":")[0].strip() for line in result.stderr.splitlines()[1:]] == [
        f"line {number}" for number in range(2, 121)
    ]


def test_evaluate_names_the_place_of_bad_bytes(baowen, tmp_path):
    path = tmp_path / "gbk.jsonl"
    path.write_bytes(json.dumps(ROW).encode() + b"\n" + '{"text": "保单"}'.encode("gbk") + b"\n")
    assert_clear_error(baowen("evaluate", path), "line 2")


@pytest.mark.parametrize(
    ("content", "said"),
    [("- id: [broken\n", "line"), ("- {id: surrender.x, intent: surrender, question: 退保}\n", "answer")],
)
def test_kb_validate_names_the_place(baowen, tmp_path, content, said):
    path = tmp_path / "entries.yaml"
    path.write_text(content, encoding="utf-8")
    assert_clear_error(baowen("kb", "validate", path), "entries.yaml", said)


def test_kb_validate_shipped(baowen):
    result = baowen("kb", "validate", "--json")
    assert result.returncode == 0, result.stderr
    found = json.loads(result.stdout)
    assert found["errors"] == 0
    assert set(found["figures"]) == {"self_retrieval", "left_out_hit_at_1", "left_out_hit_at_3"}
    assert all(set(figure) == {"value", "low", "high", "n"} for figure in found["figures"].values())
    assert found["figures"]["self_retrieval"]["value"] >= 0.995
    assert [c for c in found["collisions"] if not c["example"]] == []


def test_kb_validate_lists_warnings_and_refuses_errors(baowen, tmp_path):
    kb = tmp_path / "faq.yaml"
    answer = "答" * 45
    entry = "- {{id: surrender.{0}, intent: surrender, question: {1}, short_answer: 短, answer: {2}}}\n"
    kb.write_text(
        entry.format("a", "怎么退保", answer) + entry.format("b", "退保要什么材料", answer), encoding="utf-8"
    )
    result = baowen("kb", "validate", kb)
    assert (result.returncode, result.stderr) == (0, "")
    assert "variants, fewer than" in result.stdout
    assert "100.0%" in result.stdout and "0 collisions" in result.stdout
    kb.write_text(entry.format("a", "怎么退保", answer + "您一定能赔。"), encoding="utf-8")
    result = baowen("kb", "validate", "--no-search", kb)
    assert result.returncode == 2
    assert "forbidden wording" in result.stderr and "写“" in result.stderr


def test_kb_search_batch_on_an_insurers_own_file(baowen, tmp_path):
    kb = tmp_path / "faq.csv"
    kb.write_text("question,answer\n怎么退保,打开应用\n发票丢了怎么办,先补办\n", encoding="utf-8")
    batch = write_rows(
        tmp_path / "q.jsonl", {"id": "a", "text": "我要退掉保险"}, {"id": "b", "text": "发票不见了"}
    )
    result = baowen("kb", "search", "--batch", batch, "--kb", kb, "--top", 2)
    assert result.returncode == 0, result.stderr
    found = [json.loads(line) for line in result.stdout.splitlines()]
    assert [(row["id"], row["results"][0]["entry_id"]) for row in found] == [("a", "row-1"), ("b", "row-2")]
    assert "predicted" in result.stderr


def test_kb_search_lists_every_bad_row(baowen, tmp_path):
    batch = write_rows(
        tmp_path / "q.jsonl", {"id": "a"}, {"id": "b", "text": " "}, {"id": "c", "text": "退保"}
    )
    assert_clear_error(baowen("kb", "search", "--batch", batch), "line 1", "line 2")


@pytest.mark.parametrize("suffix", ["yaml", "xlsx"])
def test_kb_export_writes_what_validates(baowen, tmp_path, suffix):
    path = tmp_path / f"all.{suffix}"
    assert baowen("kb", "export", path).returncode == 0
    result = baowen("kb", "validate", "--no-search", path)
    assert result.returncode == 0, result.stderr


def test_kb_replay_lists_what_a_draft_changes(baowen, tmp_path):
    kb = tmp_path / "draft.yaml"
    assert baowen("kb", "export", kb).returncode == 0
    rows = write_rows(tmp_path / "q.jsonl", {**ROW, "entry_ids": ["surrender.how_to"]})
    result = baowen("kb", "replay", rows, "--kb", kb, "--json")
    assert result.returncode == 0, result.stderr
    report = json.loads(result.stdout)
    assert (report["n"], report["labelled"], report["changed"]) == (1, 1, 0)
    assert_clear_error(baowen("kb", "replay", rows), "Nothing is in review")


def test_a_tampered_bundle_is_refused(baowen, tmp_path):
    folder = tmp_path / "bundle"
    shutil.copytree(SHIPPED_BUNDLE, folder)
    with (folder / "head.safetensors").open("ab") as file:
        file.write(b"x")
    result = baowen("ask", "怎么退保", env={"BAOWEN_BUNDLE": str(folder)})
    assert_clear_error(result, "head.safetensors", "differs from its manifest")


def test_a_missing_bundle_is_refused(baowen, tmp_path):
    result = baowen("ask", "怎么退保", env={"BAOWEN_BUNDLE": str(tmp_path / "none")})
    assert_clear_error(result, "manifest.json")


def test_a_home_that_is_a_file_is_refused(baowen, tmp_path):
    path = tmp_path / "file"
    path.write_text("")
    assert_clear_error(baowen("ask", "怎么退保", home_folder=path), "home folder")


def test_a_database_that_is_none_is_refused(baowen, tmp_path):
    (tmp_path / "baowen.sqlite3").write_text("this is not a database, it is a text file" * 100)
    assert_clear_error(baowen("ask", "怎么退保", home_folder=tmp_path), "database")


def test_home_and_doctor(baowen, home):
    assert str(home) in baowen("home").stdout
    result = baowen("doctor")
    assert result.returncode == 0, result.stdout
    assert "uncertified for live traffic" in result.stdout


def test_doctor_reports_a_fault(baowen, tmp_path):
    result = baowen("doctor", env={"BAOWEN_BUNDLE": str(tmp_path / "none")})
    assert result.returncode == 1
    assert "fault" in result.stdout


def test_version(baowen):
    assert re.fullmatch(r"baowen \d+\.\d+\.\d+\n", baowen("--version").stdout)


def test_a_bad_setting_is_one_line(baowen):
    assert_clear_error(baowen("home", env={"BAOWEN_PORT": "abc"}), "BAOWEN_PORT='abc'")


def test_a_terminal_without_chinese_is_no_traceback(baowen):
    result = baowen("ask", "怎么退保", env={"PYTHONIOENCODING": "ascii"})
    assert (result.returncode, result.stderr) == (0, "")


def test_bytes_that_are_no_text_are_no_traceback(baowen):
    result = baowen("ask", "退保\udcff怎么办", "--json")
    assert result.returncode == 0, result.stderr


def test_training_never_replaces_what_is_no_bundle(baowen, tmp_path):
    (tmp_path / "precious.txt").write_text("mine")
    assert_clear_error(baowen("train", "--quick", "--output", tmp_path), "no bundle")
    assert (tmp_path / "precious.txt").read_text() == "mine"


def test_brackets_in_a_question_are_no_markup(baowen, tmp_path):
    kb = tmp_path / "faq.csv"
    kb.write_text("question,answer\n怎么退保[/x],打开应用\n", encoding="utf-8")
    result = baowen("kb", "search", "退保", "--kb", kb)
    assert result.returncode == 0, result.stderr


def test_a_text_that_is_a_list_is_a_bad_row(baowen, tmp_path):
    batch = write_rows(tmp_path / "q.jsonl", {"id": "a", "text": ["退"]})
    assert_clear_error(baowen("kb", "search", "--batch", batch), "line 1")


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--accuracy", "1.5"), "--accuracy 1.5"),
        (("--confidence", "1"), "--confidence 1.0"),
        (("--handoff", "0"), "--handoff 0.0"),
        ((), "No DATA"),
    ],
)
def test_calibrate_refuses_bad_options(baowen, options, said):
    assert_clear_error(baowen("calibrate", *options), said)


def test_calibrate_says_why_goals_cannot_be_certified(baowen, tmp_path):
    rows = [{**ROW, "id": str(i), "text": f"怎么退保{i}"} for i in range(12)]
    result = baowen(
        "calibrate",
        write_rows(tmp_path / "few.jsonl", *rows),
        "--accuracy",
        "0.99",
        home_folder=tmp_path / "home",
    )
    assert result.returncode == 1, result.stderr
    assert "Not certified" in result.stdout and "Nearest pair" in result.stdout
    assert not list((tmp_path / "home" / "certificates").glob("certificate-*"))


def test_recheck_asks_the_rows_of_the_shipped_certificate(baowen):
    done = baowen("calibrate", "--recheck")
    assert done.returncode == 0, done.stderr
    assert "the certificate holds" in done.stdout


def test_a_command_leaves_no_connection_open(baowen, database, tmp_path):
    env = {"BAOWEN_DATABASE_URL": database.engine.url.render_as_string(hide_password=False)}
    listed = baowen("label", "list", env=env)
    assert (listed.returncode, listed.stderr) == (0, "")
    refused = baowen("label", "export", "x", tmp_path / "x.csv", env=env)
    assert refused.returncode == 2 and len(refused.stderr.splitlines()) == 1
