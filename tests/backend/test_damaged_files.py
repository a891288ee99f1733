"""Damaged files: whatever the readers of pictures and snapshots raise, one of our errors comes out, never a foreign one."""

from __future__ import annotations

import random
import struct
import zlib
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import trimesh
from PIL import Image, ImageFile

from backend.errors import PropsmithError
from backend.foreign import read_snapshot
from backend.images import read_image


def code_of(picture: Path) -> str:
    with pytest.raises(PropsmithError) as caught:
        read_image(picture)
    return caught.value.code


@pytest.mark.parametrize("error", [NotImplementedError("x"), RuntimeError("x"), struct.error("x"), zlib.error("x")])
def test_whatever_a_reader_raises_of_a_damaged_file_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    """Errors of Pillow's readers of AVIF, DDS and others are image-unreadable; so is a bomb that cannot be opened again."""
    Image.new("RGB", (32, 32)).save(tmp_path / "a.png")

    def fail(*_: object) -> None:
        raise error

    with monkeypatch.context() as patch:
        patch.setattr(ImageFile.ImageFile, "load", fail)
        assert code_of(tmp_path / "a.png") == "image-unreadable"
    calls = iter([Image.DecompressionBombError("x"), OSError("x")])
    monkeypatch.setattr(Image, "open", lambda *_: (_ for _ in ()).throw(next(calls)))
    assert code_of(tmp_path / "a.png") == "image-unreadable"


def test_a_snapshots_damaged_map_is_told(tmp_path: Path) -> None:
    """A map whose second part lost its name, of which Pillow makes a SyntaxError, is image-unreadable and named."""
    box, path = trimesh.creation.box(), tmp_path / "base_color.png"
    np.savez(tmp_path / "mesh.npz", vertices=box.vertices, faces=box.faces, uvs=np.zeros((12, 3, 2)))
    Image.fromarray(np.random.default_rng(0).integers(0, 256, (256, 256, 3), dtype=np.uint8)).save(path)
    data = path.read_bytes()
    second = data.index(b"IDAT", data.index(b"IDAT") + 4)
    path.write_bytes(data[:second] + b"\0\1\2\3" + data[second + 4 :])
    with pytest.raises(PropsmithError) as caught:
        read_snapshot(tmp_path / "mesh.npz")
    assert caught.value.code == "image-unreadable" and "base_color.png" in str(caught.value)


@pytest.mark.parametrize("save", [np.savez, np.savez_compressed])
def test_a_damaged_snapshot_never_escapes_the_table(tmp_path: Path, save: Callable[..., None]) -> None:
    """Cut and bit-flipped snapshots are read or mesh-unreadable; no foreign exception comes out."""
    path, dice = tmp_path / "mesh.npz", random.Random(5)
    box = trimesh.creation.box()
    save(path, vertices=box.vertices, faces=box.faces, uvs=np.zeros((12, 3, 2)))
    data = path.read_bytes()
    for _ in range(300):
        damaged = bytearray(data[: dice.choice((len(data), dice.randrange(len(data))))])
        for _ in range(dice.randrange(1, 5) if damaged else 0):
            damaged[dice.randrange(len(damaged))] = dice.randrange(256)
        path.write_bytes(damaged)
        try:
            read_snapshot(path)
        except PropsmithError as error:
            assert error.code == "mesh-unreadable"
