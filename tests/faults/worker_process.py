"""A worker to be killed: a process of its own, that is forked off one where everything is imported and read already.

Started as ``python worker_process.py SETTINGS``, it reads lines from its input. At each it forks a worker, writes
``started PID`` and, when that has ended in whatever way, ``ended PID``.
"""

import asyncio
import json
import os
import signal
import sys
import traceback

from app.claims.compare import compare
from app.pipeline.analysts import FIRST_WORDS
from app.pipeline.loop import Worker
from app.settings import Settings
from app.wiring.newsroom import open_newsroom


async def work(settings: Settings) -> None:
    """Work until SIGTERM."""
    async with open_newsroom(settings) as newsroom:
        worker = Worker(newsroom, concurrency=4, idle_seconds=settings.idle_seconds)
        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, worker.stop)
        await worker.run()


def be_a_worker(settings: Settings) -> None:
    """The life of the forked process; it never returns."""
    status = 1
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())  # what it logs is not for the one who reads our lines
    try:
        asyncio.run(work(settings))
        status = 0
    except BaseException:  # noqa: BLE001  # whatever it was, it is written down, and this process ends here
        traceback.print_exc()
    finally:
        sys.stderr.flush()
        os._exit(status)


def main() -> None:
    settings = Settings(_env_file=None, **json.loads(sys.argv[1]))
    compare(*FIRST_WORDS["en"], language="en")  # reads the dictionaries, once for all workers
    for _ in sys.stdin:
        child = os.fork()
        if child == 0:
            be_a_worker(settings)
        print("started", child, flush=True)
        os.waitpid(child, 0)
        print("ended", child, flush=True)


if __name__ == "__main__":
    main()
