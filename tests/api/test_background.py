"""Work beside the application: it ends with it, and a part that breaks is heard of."""

import asyncio

from api.background import running
from tests.event_loop import run


async def breaks():
    raise OSError("a customer's words")


def test_one_that_breaks_is_reported_and_the_others_go_on_until_the_end(capsys):
    ended = []

    async def goes_on():
        try:
            await asyncio.Event().wait()
        finally:
            ended.append(True)

    async def serve():
        async with running(breaks(), goes_on()):
            await asyncio.sleep(0)
            await asyncio.sleep(0)
            assert not ended

    run(serve())
    told = "".join(capsys.readouterr())
    assert ended == [True]
    assert "background_work_ended" in told
    assert "breaks" in told
    assert "a customer's words" not in told
