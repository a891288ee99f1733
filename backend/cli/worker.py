"""`worker`: serve a store until idle or asked to leave."""

from __future__ import annotations

import argparse

from ..executors import make_executor
from ..readings import Reading
from ..store import open_store
from ..worker import log_to, restart_process, run_worker, yield_to_others


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--store", required=True, help="the store folder; made if it is missing")
    parser.add_argument("--idle", type=float, default=300.0, metavar="SECONDS", help="leave after so long without work")
    parser.add_argument("--device", default="auto", help="auto, cpu, cuda, cuda:N or mps")
    parser.add_argument("--executor", default="local", help="local, ray, or ray://host:port")


def main(args: argparse.Namespace) -> int:
    at = open_store(args.store)
    log_to(at)
    yield_to_others()
    if not run_worker(at, make_executor(args.executor, args.device), args.idle, restart_process, understand):
        print(f"another worker already serves {at.folder}")
    return 0


def understand(prior: str, prompt: str) -> Reading | None:
    """What the prior reads in a prompt."""
    from ..language import understanding  # noqa: PLC0415 -- it loads torch; the worker reports in before that

    return understanding.understand(prior, prompt)
