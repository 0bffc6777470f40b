"""Agents download what a customer sent."""

import pytest

from api.accounts.audit import list_notes
from api.accounts.roles import Role
from tests.api.conftest import code_of
from tests.api.test_attachments import PNG_BYTES, upload
from tests.api.test_conversations import Customer


@pytest.fixture
def sent(customer, agent):
    """A file and the ticket of its conversation."""
    file = upload(customer, PNG_BYTES).json()["messages"][0]["attachment"]
    (ticket,) = agent.get("/tickets")["tickets"]
    return f"/v1/tickets/{ticket['id']}/attachments/{file['id']}", ticket


def test_a_file_comes_as_a_download_and_is_noted(sent, agent, database):
    path, ticket = sent
    got = agent.client.get(path)
    assert (got.status_code, got.content) == (200, PNG_BYTES)
    assert got.headers["content-disposition"].startswith("attachment;")
    assert got.headers["x-content-type-options"] == "nosniff"
    assert "sandbox" in got.headers["content-security-policy"]
    with database.reading() as session:
        (noted,) = list_notes(session, action="customer.file_downloaded")
    assert (noted.actor, noted.subject) == (agent.actor, f"ticket:{ticket['id']}")
    assert noted.detail == {"number": ticket["number"], "file": path.rpartition("/")[2]}


def test_the_holder_gets_it_wherever_the_ticket_goes_and_others_do_not(sent, agent, person):
    path, ticket = sent
    claims = person("claims", queues=("claims",))
    assert code_of(claims.client.get(path)) == (404, "not_found")
    boss = person("boss", Role.SUPERVISOR, queues=())
    boss.post(f"/tickets/{ticket['id']}/assign", {"agent": claims.actor})
    assert claims.client.get(path).content == PNG_BYTES
    boss.post(f"/tickets/{ticket['id']}/escalate", {"reason": "专家看"})
    assert code_of(claims.client.get(path)) == (404, "not_found")
    assert code_of(agent.client.get(path)) == (404, "not_found")
    editor = person("editor", Role.EDITOR)
    assert code_of(editor.client.get(path)) == (403, "forbidden")


def test_a_file_of_another_conversation_is_not_there(sent, agent, page):
    path, ticket = sent
    other = upload(Customer(page), PNG_BYTES).json()["messages"][0]["attachment"]["id"]
    for wrong in (other, "0" * 32):
        got = agent.client.get(f"/v1/tickets/{ticket['id']}/attachments/{wrong}")
        assert code_of(got) == (404, "not_found")
    assert code_of(page.get(path)) == (401, "not_signed_in")
