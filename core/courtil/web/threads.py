"""The threads that pages run in."""

import asyncio
import contextvars
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

THREADS = 4
"""A pool larger than the cores only feeds the interpreter lock."""

POOL = ThreadPoolExecutor(THREADS, thread_name_prefix="page")
T = TypeVar("T")


def replace_threads() -> None:
    """Go on with new threads: those of the old pool end when they are done, however long that takes."""
    global POOL  # noqa: PLW0603  (there is one pool at a time)
    POOL.shutdown(wait=False)
    POOL = ThreadPoolExecutor(THREADS, thread_name_prefix="page")


async def in_thread(call: Callable[[], T]) -> T:
    """Run the call in the pool, in the language and with the facts of the request."""
    context = contextvars.copy_context()
    return await asyncio.get_running_loop().run_in_executor(POOL, lambda: context.run(call))
