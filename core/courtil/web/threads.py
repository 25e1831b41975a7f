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


async def in_thread(call: Callable[[], T]) -> T:
    """Run the call in the pool, in the language and with the facts of the request."""
    context = contextvars.copy_context()
    return await asyncio.get_running_loop().run_in_executor(POOL, lambda: context.run(call))
