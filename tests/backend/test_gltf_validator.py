"""prop.glb under Khronos' own validator: nothing to say, whatever its name. Needs node and npm's gltf-validator."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path

import numpy as np
import pytest

from backend.export import write_prop
from backend.textures import Textures
from backend.unwrap import unwrap
from tests.backend.analytic_props import MUG, mesh_of

INSTALLED = Path(__file__).resolve().parents[2] / "build" / "validator" / "node_modules" / "gltf-validator"
VALIDATE = """
const validator = require(process.argv[1]), fs = require('fs');
validator.validateBytes(new Uint8Array(fs.readFileSync(process.argv[2])))
  .then(report => console.log(JSON.stringify(report)))
  .catch(error => { console.error(String(error)); process.exit(1); });
"""


def report_on(path: Path) -> dict:
    """What the validator says about a file; skips, with the reason, where it cannot run."""
    node = shutil.which("node")
    if node is None:
        pytest.skip("node is not installed")
    if not INSTALLED.is_dir():
        pytest.skip("the validator is not installed: `make validator` fetches it from npm")
    done = subprocess.run(
        [node, "-e", VALIDATE, str(INSTALLED), str(path)], capture_output=True, text=True, timeout=120
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@pytest.mark.parametrize("prompt", ["a mug", '木の箱 🪑 "quoted" \\ / é', "", "x" * 1000])
def test_the_validator_finds_nothing_to_say(prompt: str, tmp_path: Path) -> None:
    """Zero errors, warnings and hints; the validator sees the triangles and the three textures that were written."""
    vertices, faces = mesh_of(MUG, 20)
    rng = np.random.default_rng(0)
    image = lambda *shape: rng.integers(0, 255, shape, dtype=np.uint8)
    normal = np.broadcast_to(np.array([128, 128, 255], np.uint8), (64, 64, 3)).copy()
    maps = Textures(image(64, 64, 3), normal, image(64, 64), image(64, 64))
    write_prop(tmp_path / "result", vertices, faces, unwrap(vertices, faces), maps, 1.0, {"prompt": prompt})
    report = report_on(tmp_path / "result" / "prop.glb")
    issues = report["issues"]
    assert issues["messages"] == [] and issues["numErrors"] == issues["numWarnings"] == 0, issues
    assert report["info"]["totalTriangleCount"] == len(faces) and len(report["info"]["resources"]) == 4


def test_a_broken_file_is_found_broken(prop_glb: Path) -> None:
    """The validator is really asked: a NaN in the buffer and an index out of range are errors."""
    data = bytearray(prop_glb.read_bytes())
    start = 28 + int.from_bytes(data[12:16], "little")
    data[start : start + 4] = (2**31).to_bytes(4, "little")  # the first index
    prop_glb.write_bytes(bytes(data))
    assert report_on(prop_glb)["issues"]["numErrors"] > 0


@pytest.fixture
def prop_glb(tmp_path: Path) -> Path:
    vertices, faces = mesh_of(MUG, 12)
    flat = np.full((16, 16), 128, np.uint8)
    maps = Textures(np.full((16, 16, 3), 128, np.uint8), np.full((16, 16, 3), 128, np.uint8), flat, flat)
    write_prop(tmp_path / "result", vertices, faces, unwrap(vertices, faces), maps, 1.0, {})
    return tmp_path / "result" / "prop.glb"
