"""An agent asks for the next ticket."""

import threading

import pytest

from tests.api.conftest import code_of
from tests.api.test_conversations import Customer


@pytest.fixture
def waiting(page, agent):
    """Return a function that lets customers wait in a queue; gives the tickets' ids in order."""

    def make(*queues):
        for queue in queues:
            customer = Customer(page)
            customer.post("/handoff")
            (mine,) = [t for t in agent.get("/tickets")["tickets"] if t["conversation"]["id"] == customer.id]
            if queue != "general":
                agent.post(f"/tickets/{mine['id']}/transfer", {"queue": queue, "reason": "归口"})
            yield mine["id"]

    return make


def be_available(someone, capacity=None):
    someone.post("/presence", {"available": True, "capacity": capacity}, method="PUT")


def test_the_longest_waiting_is_taken_and_the_customer_told(waiting, agent, customer):
    customer.post("/handoff")
    (first,) = agent.get("/tickets")["tickets"]
    (second,) = waiting("general")
    assert code_of(agent.client.post("/v1/tickets/next", json={})) == (409, "not_available")
    be_available(agent)
    taken = agent.post("/tickets/next", {})
    assert (taken["id"], taken["state"], taken["assignee"]) == (first["id"], "taken", agent.actor)
    assert customer.get().json()["agent"] == "客服li"
    assert agent.post("/tickets/next", {})["id"] == second
    assert agent.post("/tickets/next", {}, 204) is None


def test_only_ones_own_queues_and_no_more_than_one_may_hold(waiting, agent, person):
    general, claims, complaints = waiting("general", "claims", "complaints")
    be_available(agent, 2)
    assert agent.post("/tickets/next", {"queue": "claims"})["id"] == claims
    assert agent.post("/tickets/next", {"queue": "claims"}, 204) is None
    assert agent.post("/tickets/next", {})["id"] == general
    assert code_of(agent.client.post("/v1/tickets/next", json={})) == (409, "hands_full")
    other = person("wang", queues=("claims",))
    be_available(other)
    other.post("/tickets/next", {}, 204)
    other.post("/tickets/next", {"queue": "complaints"}, 403)
    assert agent.get(f"/tickets/{complaints}")["state"] == "waiting"


def test_of_several_who_ask_at_once_each_gets_another(waiting, person):
    ids = list(waiting("general", "general", "general"))
    people = [person(name) for name in ("an", "bo", "cai", "du")]
    for one in people:
        be_available(one)
    answers, barrier = [], threading.Barrier(len(people))

    def ask(one):
        barrier.wait()
        answers.append(one.client.post("/v1/tickets/next", json={}))

    threads = [threading.Thread(target=ask, args=(one,)) for one in people]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answer.status_code for answer in answers) == [200, 200, 200, 204]
    assert sorted(one.json()["id"] for one in answers if one.content) == sorted(ids)


def test_what_is_no_queue_is_refused(agent, page):
    agent.post("/tickets/next", {"queue": "nowhere"}, 422)
    assert code_of(page.post("/v1/tickets/next", json={})) == (401, "not_signed_in")
