"""`make prop`: the whole job through the add-on, from the installed zip to prop.blend, prop.glb and thumbnail.png."""

from __future__ import annotations

import argparse
import json
import os
import re
import shutil
import signal
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = "bl_ext.user_default.propsmith"
TIMEOUT_S = 1800.0


def parse(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--worker-python", required=True)
    parser.add_argument("--prompt", default="")
    parser.add_argument("--image", default="")
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--size", type=float, default=1.0, help="longest side in metres")
    parser.add_argument("--faces", type=int, default=0, help="face budget; 0 keeps the preset's")
    parser.add_argument("--preset", default="standard")
    parser.add_argument("--out", default="out")
    return parser.parse_args(arguments)


def slug(text: str) -> str:
    """A folder name made of the prompt's words."""
    return re.sub(r"[^\w]+", "-", text.lower(), flags=re.UNICODE).strip("-")[:60].strip("-") or "prop"


def install(home: Path) -> Any:
    """Import bpy with a throw-away user folder, install the newest zip in dist/, enable it; returns the bpy module."""
    os.environ["BLENDER_USER_RESOURCES"] = str(home)
    import bpy  # noqa: PLC0415  (after the variable it reads)

    zips = sorted((ROOT / "dist").glob("propsmith-*.zip"), key=lambda p: p.stat().st_mtime)
    if not zips:
        raise SystemExit("error[setup]: dist/ holds no zip. Run `make zip`.")
    bpy.ops.wm.read_factory_settings(use_empty=True)
    bpy.ops.extensions.package_install_files(filepath=str(zips[-1]), repo="user_default", enable_on_install=True)
    if PACKAGE not in bpy.context.preferences.addons:
        raise SystemExit("error[setup]: the extension did not enable; the reason stands above.")
    return bpy


def enter(bpy: Any, args: argparse.Namespace, store: Path) -> None:
    """Set preferences and scene settings as an artist would."""
    chosen = bpy.context.preferences.addons[PACKAGE].preferences
    chosen.python, chosen.store = os.path.abspath(args.worker_python), str(store)
    settings = bpy.context.scene.propsmith
    limits = settings.bl_rna.properties
    for name, value in (("seed", args.seed), ("size_m", args.size), ("faces", args.faces or limits["faces"].default)):
        low, high = limits[name].hard_min, limits[name].hard_max
        if not low <= value <= high:  # Blender would silently clamp it
            raise SystemExit(f"error[setting-range]: {name} is {value}; it must lie in {low:g} to {high:g}.")
    if args.preset not in limits["preset"].enum_items:
        choices = ", ".join(limits["preset"].enum_items.keys())
        raise SystemExit(f"error[setting-choice]: preset is '{args.preset}', which is not one of {choices}.")
    settings.prompt, settings.preset = args.prompt, args.preset
    settings.image = os.path.abspath(args.image) if args.image else ""
    settings.seed, settings.random_seed, settings.size_m = args.seed, False, args.size
    if args.faces:
        settings.faces = args.faces


def wait(bpy: Any, tick: Any) -> Any:
    """Pump the add-on's timer (it does not fire without a window), printing progress; the finished job's row."""
    shown, told, start = bpy.context.window_manager.propsmith, (("", ""), -1.0), time.monotonic()
    while True:
        tick()
        row = shown.jobs[0]
        if shown.error_code:
            raise SystemExit(f"error[{shown.error_code}]: {shown.error_sentence} {shown.error_remedy}")
        if row.state in ("failed", "cancelled"):
            raise SystemExit(f"error[{row.code}]: {row.sentence} {row.remedy}")
        if row.state == "done" and row.imported:
            return row
        elapsed = time.monotonic() - start
        said, at = told
        if row.stage != said[0] or (row.text != said[1] and elapsed - at > 2.0) or elapsed - at > 15.0:
            told = ((row.stage, row.text), elapsed)
            print(f"[{elapsed:6.1f} s] {row.fraction:4.0%}  {row.text}", flush=True)
        if elapsed > TIMEOUT_S:
            raise SystemExit(f"error[worker-silent]: nothing came within {TIMEOUT_S:.0f} s. See the worker's log.")
        time.sleep(0.05)


def save(bpy: Any, obj: Any, result: Path, folder: Path) -> dict[str, float]:
    """Write prop.blend, prop.glb and thumbnail.png; seconds of each."""
    sys.path.insert(0, str(ROOT / "tools"))
    import studio  # noqa: PLC0415

    folder.mkdir(parents=True, exist_ok=True)
    seconds, start = {}, time.perf_counter()
    shutil.copyfile(result / "prop.glb", folder / "prop.glb")
    shutil.copyfile(result / "prop.json", folder / "prop.json")
    studio.render_thumbnail(bpy, obj, folder / "thumbnail.png")
    seconds["render"], start = time.perf_counter() - start, time.perf_counter()
    bpy.ops.wm.save_as_mainfile(filepath=str(folder / "prop.blend"), compress=True, check_existing=False)
    seconds["save"] = time.perf_counter() - start
    return seconds


def table(seconds: dict[str, float]) -> str:
    rows = [f"  {name:<12}{value:8.2f} s" for name, value in seconds.items()]
    return "\n".join(["Seconds per stage:", *rows, f"  {'total':<12}{sum(seconds.values()):8.2f} s"])


def run(args: argparse.Namespace, home: Path) -> None:
    """The whole path; raises SystemExit with code, sentence and remedy on failure."""
    start = time.perf_counter()
    bpy = install(home / "blender")
    enter(bpy, args, home / "store")
    from bl_ext.user_default.propsmith.addon import pump, session  # noqa: PLC0415

    pump.tick()
    seconds = {"blender": time.perf_counter() - start}
    try:
        bpy.ops.propsmith.generate()
    except RuntimeError as error:  # the operator's own report, as a user would read it
        raise SystemExit(f"error: {str(error).removeprefix('Error: ').strip()}") from None
    asked = time.perf_counter()
    row = wait(bpy, pump.tick)
    waited = time.perf_counter() - asked
    obj = next(o for o in bpy.data.objects if o.propsmith.job == row.name)
    now = session.current()
    watch, folder = now.watches[row.name], Path(args.out).absolute() / slug(args.prompt or Path(args.image).stem)
    seconds["start"] = max(waited - sum(watch.status.seconds.values()), 0.0)
    seconds |= watch.status.seconds
    for line in row.notes.splitlines():
        print(f"note: {line}")
    seconds |= save(bpy, obj, now.store.jobs / row.name / watch.status.result, folder)
    print(f"\n{obj.name}: {len(obj.data.polygons):,} faces, {max(obj.dimensions):.3g} m, seed {row.seed}")
    print(f"{folder}/prop.blend  prop.glb  thumbnail.png\n\n{table(seconds)}")
    (folder / "seconds.json").write_text(json.dumps(seconds, indent=1), "utf-8")


def end_worker() -> None:
    """Let the worker leave, or end it after 2 s: the store it serves is about to be thrown away."""
    if f"{PACKAGE}.addon.session" not in sys.modules:
        return
    from bl_ext.user_default.propsmith.addon import session, watchdog, worker  # noqa: PLC0415
    from bl_ext.user_default.propsmith.backend import store as stores  # noqa: PLC0415

    now = session.current()
    if now.store is None:
        return
    watchdog.dismiss(now)
    end = time.monotonic() + 2.0
    while stores.worker_status(now.store).running and time.monotonic() < end:
        time.sleep(0.1)
    worker.kill_worker(stores.worker_status(now.store), now.process)


def keep_log(log: Path, folder: Path) -> None:
    """Keep the worker's log of a failure, since the store it lies in is thrown away."""
    if log.exists():
        folder.mkdir(parents=True, exist_ok=True)
        print(f"details: {shutil.copyfile(log, folder / 'worker.log')}", file=sys.stderr)


def main(arguments: list[str]) -> int:
    args, home, code = parse(arguments), Path(tempfile.mkdtemp(prefix="propsmith-")), 0
    signal.signal(signal.SIGTERM, lambda *_: signal.raise_signal(signal.SIGINT))  # `timeout` ends us like Ctrl+C
    try:
        run(args, home)
    except SystemExit as error:
        print(error, file=sys.stderr)
        keep_log(home / "store" / "logs" / "worker.log", Path(args.out).absolute())
        code = 1
    except KeyboardInterrupt:
        print("cancelled", file=sys.stderr)
        code = 130
    finally:
        end_worker()
        shutil.rmtree(home, ignore_errors=True)
    return code


if __name__ == "__main__":
    status = main(sys.argv[1:])
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(status)  # bpy may crash or hang at the interpreter's end while classes are registered
