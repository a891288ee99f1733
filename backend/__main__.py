"""The command line, `python -m backend <command>`: finds the command, and turns every failure into one line."""

from __future__ import annotations

import argparse
import importlib
import logging
import os
import signal
import sys
from pathlib import Path

from .errors import InputError, InternalError, PropsmithError, ResourceError, SetupError, from_exception

COMMANDS: dict[str, tuple[str, str]] = {
    "worker": (".cli.worker", "serve a store: run the jobs that Blender asks for"),
    "generate": (".cli.generate", "make one prop from a prompt or an image"),
    "doctor": (".doctor", "say what is installed, what is wrong and how to mend it"),
    "refine": (".cli.refine", "change an existing mesh by a prompt"),
    "fill": (".cli.fill", "make props for every box of a blocked-out scene"),
    "train": (".training.command", "train a prior"),
    "evaluate": (".evaluation.evaluate", "measure a prior's props"),
    "bench": (".evaluation.bench", "measure speed and memory"),
}
EXIT_CODES: tuple[tuple[type[PropsmithError], int], ...] = ((InputError, 2), (SetupError, 3), (ResourceError, 4))
INTERRUPTED, OTHER = 130, 5


def put_own_folder_last() -> None:
    """Move the folder the command was started in from the front of the module path to its end.

    In front, a `ui`, a `store` or a stranger's file in it would shadow an installed package that torch asks for.
    """
    root = os.path.dirname(os.path.dirname(os.path.realpath(__file__)))
    if sys.path and os.path.realpath(sys.path[0] or os.curdir) in (root, os.path.realpath(os.curdir)):
        sys.path.pop(0)
    sys.path.append(root)


def share_the_cores() -> None:
    """Let waiting threads sleep instead of spin: beside a render, spinning made a stage ten times slower (measured).

    numpy's products, of points and 3 x 3 matrices mostly, stay on one thread: on several they take a seventh more of the
    processor (a draft 9.1 s for 7.8 s), and on a busy machine longer. OpenMP and BLAS read this when torch and numpy are
    imported, which no command has done yet.
    """
    os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")


def available() -> dict[str, tuple[str, str]]:
    """The commands whose module is in this installation: the extension's zip leaves development's out."""
    return {name: row for name, row in COMMANDS.items() if _is_there(row[0])}


def _is_there(module: str) -> bool:
    path = Path(__file__).parent.joinpath(*module.strip(".").split("."))
    return path.with_suffix(".py").exists() or (path / "__init__.py").exists()


def parse(arguments: list[str]) -> tuple[argparse.Namespace, str]:
    """The parsed arguments and the command's module; only that module is imported. Exits on --help and bad usage."""
    commands = available()
    parser = argparse.ArgumentParser(prog="python -m backend", description="Propsmith without Blender.")
    subparsers = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    for name, (module, text) in commands.items():
        subparser = subparsers.add_parser(name, help=text, description=text)
        if arguments and arguments[0] == name:
            importlib.import_module(module, __package__).add_arguments(subparser)
    return parser.parse_args(arguments), commands[arguments[0]][0]


def main(arguments: list[str]) -> int:
    """Run one command. Every failure is printed as `error[code]: sentence remedy`; returns the exit code."""
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(errors="replace", line_buffering=True)  # type: ignore[union-attr]
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that `finally` cleans up and jobs are requeued
    put_own_folder_last()
    share_the_cores()
    try:
        args, module = parse(arguments)
        return int(importlib.import_module(module, __package__).main(args))
    except KeyboardInterrupt:
        print("cancelled", file=sys.stderr)
        return INTERRUPTED
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # the reader left; nothing more can be said
        return OTHER
    except Exception as error:
        return report(error)


def report(error: Exception) -> int:
    """Print one failure for people, keep the traceback of an internal one in the log; returns the exit code."""
    ours = from_exception(error)
    print(f"error[{ours.code}]: {ours.sentence} {ours.remedy}", file=sys.stderr)
    if isinstance(ours, InternalError):
        log = write_log(error)
        print(f"details: {log}" if log else "details could not be written to a log", file=sys.stderr)
    return next((code for kind, code in EXIT_CODES if isinstance(ours, kind)), OTHER)


def write_log(error: Exception) -> Path | None:
    """Append the traceback to the user's Propsmith log; None when that cannot be written."""
    base = os.environ.get("LOCALAPPDATA") or os.environ.get("XDG_STATE_HOME") or Path.home() / ".local" / "state"
    path = Path(base) / "propsmith" / "propsmith.log"
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handler = logging.FileHandler(path, encoding="utf-8")
    except OSError:
        return None
    log = logging.getLogger("propsmith.cli")
    log.propagate = False
    log.addHandler(handler)
    log.error("python -m backend %s", " ".join(sys.argv[1:]), exc_info=error)
    handler.close()
    log.removeHandler(handler)
    return path


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
