"""Checks an installation part by part, and says what to do about each fault."""

from __future__ import annotations

import datetime as dt
import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Literal

from api.bundle_in_use import bundle_folder
from api.certification import check_drift, restood
from api.laws import known_laws
from api.releasing import require_released
from api.services import (
    load_entries,
    load_published,
    open_database,
    open_own_content,
    open_services,
)
from assistant.desk.notices import read_notices
from assistant.desk.rules import FILE, read_desk_rules
from assistant.understanding.bundle import load_bundle
from knowledge_base.company import read_company
from knowledge_base.editing.checks.content import check_entries
from knowledge_base.editing.own_content import OwnContent
from knowledge_base.editing.rules import shipped_rules
from knowledge_base.editing.scheduling import list_scheduled
from knowledge_base.errors import BaowenError
from knowledge_base.settings import Home, Settings

State = Literal["ok", "warning", "fault"]
_LEAST_FREE = 500 * 2**20


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """One part's state."""

    part: str
    state: State
    message: str


def diagnose(settings: Settings) -> Iterator[Diagnosis]:
    """Check home folder, company profile, bundle, database, content, a first reply and the desk."""
    checks: tuple[tuple[str, Callable[[Settings], tuple[State, str]]], ...] = (
        ("home", _home),
        ("company", _company),
        ("bundle", _bundle),
        ("content", _content),
        ("snapshot", _snapshot),
        ("pipeline", _pipeline),
        ("certificate", _certificate),
        ("release", _release),
        ("desk", _desk),
    )
    for part, check in checks:
        try:
            yield Diagnosis(part, *check(settings))
        except BaowenError as error:
            yield Diagnosis(part, "fault", error.message)


def _home(settings: Settings) -> tuple[State, str]:
    home = Home.open(settings.home)
    free = shutil.disk_usage(home.root).free
    if not os.access(home.root, os.W_OK):
        return "fault", f"{home.root} is not writable; choose another with BAOWEN_HOME."
    if free < _LEAST_FREE:
        return "warning", f"{home.root}: only {free // 2**20} MB free; logs and indexes need room."
    return "ok", f"{home.root}, {free // 2**30} GB free"


def _company(settings: Settings) -> tuple[State, str]:
    company = _own(settings).company
    if company == read_company():
        told = "edit it on /knowledge#/company, or set BAOWEN_COMPANY_PROFILE to your own file."
        return "warning", f"sample company {company.name!r}: {told}"
    return "ok", company.name


def _own(settings: Settings) -> OwnContent:
    home = Home.open(settings.home)
    return open_own_content(settings, home, open_database(settings, home))


def _bundle(settings: Settings) -> tuple[State, str]:
    folder = bundle_folder(settings, Home.open(settings.home))
    bundle = load_bundle(folder)
    return "ok", f"{bundle.version}, encoder {bundle.encoder.id}, from {folder}"


def _content(settings: Settings) -> tuple[State, str]:
    database = open_database(settings, Home.open(settings.home))
    own = _own(settings)
    entries, _ = load_entries(database)
    rules = shipped_rules(own.company, laws=known_laws(database), forbidden=own.wordings)
    findings = check_entries(entries, rules)
    errors = [finding for finding in findings if finding.severity == "error"]
    if errors:
        return "warning", f"{len(errors)} errors in {len(entries)} entries; first: {errors[0]}"
    return "ok", f"{len(entries)} published entries"


def _snapshot(settings: Settings) -> tuple[State, str]:
    database = open_database(settings, Home.open(settings.home))
    published, _, refused = load_published(database)
    if refused:
        return "fault", f"{refused.problem} Snapshot {published.info.number} is served instead."
    with database.reading() as session:
        failed = list_scheduled(session, "failed")
    if failed:
        last = failed[-1]
        return "warning", f"scheduled publish {last.id} of {last.due} failed: {last.outcome}"
    return "ok", f"{published.info.number}, published by {published.info.actor}"


def _pipeline(settings: Settings) -> tuple[State, str]:
    reply = open_services(settings).assistant().reply("怎么申请理赔")
    if reply.decision.reason == "failure":
        return "fault", "the first question failed; see the log lines above."
    return "ok", f"answered a question in {reply.elapsed_ms:.0f} ms"


def _desk(settings: Settings) -> tuple[State, str]:
    home, company = Home.open(settings.home), _own(settings).company
    rules = read_desk_rules(home.content)
    read_notices(company, home.content)
    # A month ahead, so that nobody is told wrong hours in January.
    for day in (dt.date.today(), dt.date.today() + dt.timedelta(days=30)):
        calendar = rules.calendar.get(day.year)
        if calendar is None or not calendar.announced:
            told = "has weekends only" if calendar is None else "is not the announced one"
            place = home.content / FILE
            return (
                "warning",
                f"the calendar of {day.year} {told}: put days off and make-up days into {place}.",
            )
    return "ok", "hours, deadlines and notices are usable"


def _release(settings: Settings) -> tuple[State, str]:
    manifest = require_released(open_services(settings))
    if manifest is None:
        return "ok", "releases need no signature (BAOWEN_RELEASE_KEY is empty)"
    return "ok", f"{manifest.name}, signed by {manifest.signed_by} on {manifest.signed_at}"


def _certificate(settings: Settings) -> tuple[State, str]:
    services = open_services(settings)
    drift = check_drift(services, dt.datetime.now(dt.UTC))
    stand = restood(services).standing
    seen = (
        f" {drift.decisions} decisions since then looked at, no drift." if drift and not drift.reason else ""
    )
    return ("ok" if stand.certified else "warning"), stand.notice + seen
