"""An event loop for a test that is a story of coroutines."""

import asyncio
from concurrent.futures import ThreadPoolExecutor


def run(story):
    """Run a coroutine to its end and return its result.

    In a thread of its own: a process that has started a browser keeps a loop running in its main
    thread (Playwright's synchronous interface does), and there ``asyncio.run`` refuses.
    """
    with ThreadPoolExecutor(max_workers=1) as thread:
        return thread.submit(asyncio.run, story).result()
