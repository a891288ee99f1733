"""Two real Blender processes on one store, at the same time: one worker, every prop made once and landing where it was asked."""

from __future__ import annotations

import json
import os
import subprocess
import sys

from .conftest import PACKAGE, ROOT, WORKER_PYTHON

FAKE = f"import sys; sys.path.insert(0, {str(ROOT)!r}); from backend.fake_worker import main; main(sys.argv[1:])"
BLENDER = f"""
import json, os, sys, time
import bpy, addon_utils
addon_utils.enable({PACKAGE!r}, default_set=True)
from {PACKAGE}.addon import preferences, pump, worker
chosen = preferences.get()
chosen.store, chosen.python = sys.argv[1], sys.argv[2]
worker.worker_command = lambda python, store, device="auto": [
    str(python), "-s", "-B", "-u", "-c", {FAKE!r}, "--store", str(store.folder), "--speed", "20", "--idle", "3"]
pump.tick()
print("ready", flush=True)
sys.stdin.readline()  # both begin together
shown = bpy.context.window_manager.propsmith
for i in range(3):
    bpy.context.scene.propsmith.prompt = f"{{sys.argv[3]}} barrel {{i}}"
    bpy.ops.propsmith.generate()
mine = lambda: [o.propsmith.prompt for o in bpy.data.objects if o.propsmith.job]
end, calm = time.monotonic() + 200, 0
while time.monotonic() < end and calm < 20:
    pump.tick()
    done = len(shown.jobs) == 6 and all(row.state == "done" for row in shown.jobs) and len(mine()) >= 3
    calm = calm + 1 if done else 0
    time.sleep(0.05)
rows = {{row.name: [row.state, row.mine, row.title] for row in shown.jobs}}
print(json.dumps({{"rows": rows, "props": sorted(mine()), "error": shown.error_code}}), flush=True)
os._exit(0)
"""


def test_two_blenders_share_one_worker_and_keep_their_props_apart(app, tmp_path):
    """Three props asked for in each: both list all six, each holds its own three, no job ran twice, one worker served."""
    store = tmp_path / "ein Speicher"
    command = [sys.executable, "-c", BLENDER, str(store), str(WORKER_PYTHON)]
    both = [
        subprocess.Popen(
            [*command, name], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=dict(os.environ)
        )
        for name in ("red", "blue")
    ]
    try:
        for process in both:
            while "ready" not in (line := process.stdout.readline()):
                assert line, "a Blender ended before it was ready"
        for process in both:
            process.stdin.write("\n")
            process.stdin.flush()
        told = [json.loads(process.communicate(timeout=300)[0].strip().splitlines()[-1]) for process in both]
    finally:
        for process in both:
            process.kill()
            process.wait()
    assert [t["error"] for t in told] == ["", ""]
    assert told[0]["props"] == [f"red barrel {i}" for i in range(3)]
    assert told[1]["props"] == [f"blue barrel {i}" for i in range(3)]
    assert set(told[0]["rows"]) == set(told[1]["rows"]) and len(told[0]["rows"]) == 6
    for job in told[0]["rows"]:
        states = [t["rows"][job] for t in told]
        assert [s[0] for s in states] == ["done", "done"] and sorted(s[1] for s in states) == [False, True]
        kinds = [json.loads(line)["kind"] for line in (store / "jobs" / job / "events.jsonl").read_text().splitlines()]
        assert kinds.count("done") == 1 and (store / "jobs" / job / "imported").exists()
        assert "requeued" not in (store / "jobs" / job / "events.jsonl").read_text()
