"""What the desk is told while it happens, also after the line was lost."""

from __future__ import annotations

import re
from typing import Any

import pytest

from tests.browser.desk.site import Opened, take, waiting_customer

pytestmark = pytest.mark.browser


def test_a_lost_line_is_told_and_what_was_missed_comes(opened: Opened, address: str) -> None:
    lines: list[Any] = []

    def through(line: Any) -> None:
        lines.append(line)
        line.connect_to_server()

    page = opened(before=lambda page: page.route_web_socket(re.compile("/v1/desk/events"), through))
    customer = waiting_customer(address, "丁客户：等一下")
    take(page, "丁客户")
    page.get_by_label("回复客户").fill("写到一半")
    lines[-1].close()
    page.get_by_text("正在重连").wait_for()
    customer.say("断线时说的")
    page.locator(".message.customer", has_text="断线时说的").wait_for()
    assert page.locator(".message", has_text="断线时说的").count() == 1
    assert len(lines) == 2
    assert page.get_by_label("回复客户").input_value() == "写到一半"
