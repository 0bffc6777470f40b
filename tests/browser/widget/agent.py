"""An agent who serves customers over the desk's API."""

from __future__ import annotations

import uuid
from typing import Any

import httpx2

from tests.browser.desk import PASSWORD

NAME, SHOWN = "li", "李莉"
"""The account that the test server has."""


class Agent:
    """Signed in at a server."""

    def __init__(self, address: str) -> None:
        self._client = httpx2.Client(base_url=address, timeout=30)
        told = self._ask("POST", "session", {"name": NAME, "password": PASSWORD})
        self._client.headers["X-CSRF-Token"] = told["csrf"]

    def take(self, conversation: str) -> str:
        """Take the ticket of a conversation and return its id."""
        waiting = self._ask("GET", "tickets?state=waiting&limit=100")["tickets"]
        ticket: str = next(one["id"] for one in waiting if one["conversation"]["id"] == conversation)
        self.do(ticket, "take")
        return ticket

    def reply(self, ticket: str, text: str) -> None:
        """Write to the customer."""
        self.do(ticket, "reply", text=text, client_id=uuid.uuid4().hex)

    def do(self, ticket: str, deed: str, **body: Any) -> None:
        """Do one of the deeds of the desk."""
        self._ask("POST", f"tickets/{ticket}/{deed}", body)

    def messages(self, ticket: str) -> list[dict[str, Any]]:
        """Return what was said in the ticket's conversation."""
        found: list[dict[str, Any]] = self._ask("GET", f"tickets/{ticket}")["conversation"]["messages"]
        return found

    def close(self) -> None:
        """Let go of the connection."""
        self._client.close()

    def _ask(self, method: str, path: str, body: dict[str, Any] | None = None) -> dict[str, Any]:
        answer = self._client.request(method, f"/v1/{path}", json=body)
        answer.raise_for_status()
        told: dict[str, Any] = answer.json() if answer.content else {}
        return told
