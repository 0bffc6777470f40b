"""Every text of the system can be said, and an installation's own ones are checked."""

from typing import get_args

import pytest
import yaml

from assistant.desk.complaint_steps import ComplaintDeed, ComplaintStep, PauseReason
from assistant.desk.notices import read_notices
from assistant.desk.types import TicketReason
from knowledge_base.company import placeholders_in, read_company
from knowledge_base.editing.wording import offences, read_wordings
from knowledge_base.errors import ContentError

COMPANY = read_company()
NOTICES = read_notices(COMPANY)
FILLED = dict.fromkeys(("queue", "agent", "opens", "number", "due", "ahead", "reason"), "甲")


def own(tmp_path, texts):
    (tmp_path / "notices.yaml").write_text(yaml.safe_dump(texts, allow_unicode=True), encoding="utf-8")
    return read_notices(COMPANY, tmp_path)


def test_every_text_is_filled_and_none_has_forbidden_wording():
    for section, texts in NOTICES.texts.items():
        for name in texts:
            text = NOTICES.text(name, section, **FILLED)
            assert not placeholders_in(text), name
            assert not list(offences(text, read_wordings())), name


def test_a_notice_names_the_queue_and_the_company_line():
    text = NOTICES.text("out_of_hours", queue="理赔", opens="11月27日 9:00")
    assert "理赔" in text
    assert COMPANY.hotline in text
    assert "11月27日 9:00" in text


def test_a_name_with_braces_stays_a_name():
    assert "{hotline}" in NOTICES.text("agent_came", agent="{hotline}")


def test_every_reason_has_words():
    assert len({NOTICES.reason(reason) for reason in get_args(TicketReason)}) == len(get_args(TicketReason))
    assert all(map(NOTICES.pause, get_args(PauseReason)))
    assert all(map(NOTICES.step, [*get_args(ComplaintStep), *get_args(ComplaintDeed)]))


def test_an_own_text_replaces_the_shipped_one_alone(tmp_path):
    notices = own(tmp_path, {"notices": {"agent_came": "{agent}为您服务，热线{hotline}"}})
    assert notices.text("agent_came", agent="小李") == f"小李为您服务，热线{COMPANY.hotline}"
    assert notices.text("closed") == NOTICES.text("closed")


@pytest.mark.parametrize(
    ("texts", "fault"),
    [
        ({"notices": {"agent_came": "{who}来了"}}, "nothing fills: who"),
        ({"notices": {"agent_went": "走了"}}, "'notices.agent_went' is not known"),
        ({"notice": {"agent_came": "来了"}}, "'notice.agent_came' is not known"),
        ({"notices": "来了"}, "no mapping"),
        (["来了"], "no mapping"),
    ],
)
def test_unusable_texts_say_which(tmp_path, texts, fault):
    with pytest.raises(ContentError, match=fault):
        own(tmp_path, texts)
