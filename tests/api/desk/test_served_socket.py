"""The socket of a real server: a page hears of a customer, and is told when the server ends."""

import pytest
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import connect

from api.accounts.keys import add_key
from api.accounts.roles import Permission
from api.schema import upgrade_schema
from knowledge_base.database import Database, open_engine
from knowledge_base.editing.types import Deed
from knowledge_base.settings import Home
from tests.api.conftest import NOW
from tests.api.test_streams import Server, start

DEED = Deed("cli:test", "", NOW)


@pytest.fixture
def secret(own_home):
    """The secret of a key that works at the desk."""
    engine = open_engine(Home.open(own_home).database_url(""))
    upgrade_schema(engine)
    with Database(engine).transaction() as session:
        secret, _ = add_key(session, "desk", [Permission.TICKETS_WORK], DEED)
    engine.dispose()
    return secret


def test_a_served_socket_tells_and_ends_with_its_server(own_home, secret):
    server = Server(own_home).start()
    try:
        headers = {"Authorization": f"Bearer {secret}"}
        with connect(f"ws://127.0.0.1:{server.port}/v1/desk/events", additional_headers=headers) as socket:
            assert '"hello"' in socket.recv(20)
            conversation = start(server)
            server.call("POST", f"/v1/conversations/{conversation['id']}/handoff", {}, conversation["token"])
            heard = [socket.recv(20)]
            while '"type":"queues"' not in heard[-1]:
                heard.append(socket.recv(20))
            assert any(conversation["id"] in event for event in heard)
            server.stop()
            with pytest.raises(ConnectionClosed) as closed:
                list(iter(lambda: socket.recv(20), None))
            assert closed.value.rcvd.code in (1001, 1012)  # ours, or that of uvicorn, which was first
    finally:
        if server.process.poll() is None:
            server.stop()
