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
