"""Time the training renderer on one core: objects per second of the compiled loop and of its twin in torch.

Run with `NUMBA_NUM_THREADS=1 python -m tools.bench_renderer [kinds] [twins]`. Times are CPU seconds of this process, so that
other work on the machine does not count.
"""

from __future__ import annotations

import argparse
import time

import numpy as np
import torch

from backend.cameras import rig
from backend.training import render, render_cuda, render_torch
from backend.training.kinds import KINDS
from backend.training.paint import gbuffer
from backend.training.paints import draw
from backend.training.programs import STYLES, Builder

SIZE = 64


def main(count: int, twins: int) -> None:
    torch.set_num_threads(1)
    axes = rig().axes
    names = list(KINDS)
    spent = {"write and finish": 0.0, "trace": 0.0, "paint": 0.0}
    programs = []
    for i in range(count + 1):
        rng = np.random.default_rng(i)
        started = time.process_time()
        b = Builder(rng, STYLES[i % len(STYLES)])
        KINDS[names[i * len(names) // (count + 1)]].write(b)
        program = render.finish(b.program())
        finished = time.process_time()
        part, normal, depth = render.buffers(program, axes.numpy(), SIZE)
        traced = time.process_time()
        paints = draw(b.slots, rng)
        slots = np.stack([paints[name].row for name in b.slots])
        gbuffer(program, slots, axes.numpy(), part, normal, depth)
        painted = time.process_time()
        if i:  # the first object compiles
            programs.append(program)
            times = (finished - started, traced - finished, painted - traced)
            spent = {name: old + new for (name, old), new in zip(spent.items(), times, strict=True)}
    rows = sum(len(program) for program in programs) / count
    print(f"{count} objects, {len(axes)} views at {SIZE} px, {rows:.1f} rows each")
    for name, seconds in spent.items():
        print(f"  numba, {name}: {1e3 * seconds / count:.1f} ms")
    print(f"  numba, all: {count / sum(spent.values()):.1f} objects/s")
    started = time.process_time()
    for program in programs[:: max(count // twins, 1)][:twins]:
        render_torch.buffers(render_torch.pad([program]), axes, SIZE)
    print(f"  torch, trace: {twins / (time.process_time() - started):.3f} objects/s")
    if torch.cuda.is_available():
        kernels = render_cuda.Cuda(torch.device("cuda"))
        many = [programs[i % len(programs)] for i in range(render_cuda.AT_ONCE)]
        packed, lengths = render_cuda.pack(many, kernels.device)
        cameras = axes.to(kernels.device).expand(len(many), -1, -1, -1).contiguous()
        for run in range(2):  # the first one warms up
            torch.cuda.synchronize()
            started = time.perf_counter()
            kernels.trace(packed, lengths, cameras, SIZE)
            torch.cuda.synchronize()
            traced = time.perf_counter()
            render_cuda.finish(many, kernels)
            done = time.perf_counter()
            if run:
                print(f"  {torch.cuda.get_device_name()}, trace: {len(many) / (traced - started):.0f} objects/s")
                print(f"  {torch.cuda.get_device_name()}, finish: {len(many) / (done - traced):.0f} objects/s")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("kinds", type=int, nargs="?", default=120, help="objects for the compiled loop")
    parser.add_argument("twins", type=int, nargs="?", default=6, help="objects for its twin in torch")
    given = parser.parse_args()
    main(given.kinds, given.twins)
