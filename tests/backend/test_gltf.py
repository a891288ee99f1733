"""Reading glTF files: places, names, packed numbers and textures as the specification has them, or refused by name."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import trimesh

from backend.errors import PropsmithError
from backend.incoming import read_object

from .gltf_files import BLUE, RED, Written, cube, plain, png


def test_every_node_stands_where_trimesh_puts_it(tmp_path: Path) -> None:
    """Nested nodes with matrices, turns, scales and a mirror put their triangles where trimesh's own reader does."""
    file = Written()
    mesh = file.mesh(file.material())
    leaf = file.add("nodes", mesh=mesh, rotation=[0.5, -0.5, 0.1, 0.7], scale=[-1, 2, 0.5], translation=[1, 2, 3])
    matrix = np.array([[0, -2, 0, 5], [1, 0, 0, 6], [0, 0.5, 1, 7], [0, 0, 0, 1]])
    file.node(mesh, matrix=matrix.T.reshape(-1).tolist(), children=[leaf])
    path = file.glb(tmp_path / "a.glb")
    found = read_object(str(path), 64)
    other = trimesh.load_scene(path, process=False).to_geometry()
    wanted = np.asarray(other.triangles) @ np.array([[1, 0, 0], [0, 0, 1], [0, -1, 0]])
    got = found.vertices[found.faces]
    corners = lambda triangles: np.round(triangles.reshape(len(triangles), -1), 3)[:, None]
    rolled = np.concatenate([corners(np.roll(got, k, axis=1)) for k in range(3)], axis=1)
    near = np.abs(rolled[:, None] - corners(wanted)).max(-1).min(2) < 0.01
    assert near.any(0).all() and near.any(1).all() and len(got) == len(wanted) == 24


@pytest.mark.parametrize(("mode", "corners"), [(5, [0, 1, 2, 3, 3, 4]), (6, [0, 1, 3, 2])])
def test_strips_and_fans_are_triangles(tmp_path: Path, mode: int, corners: list[int]) -> None:
    """A strip's every second triangle is turned round and its seams are left out; a fan's share the first corner."""
    file = Written()
    points = np.array([[0, 0, 0], [1, 0, 0], [0, 1, 0], [1, 1, 0], [0, 2, 0]], np.float32)
    where, indices = file.accessor(points), file.accessor(np.array(corners, np.uint32))
    file.node(file.add("meshes", primitives=[{"attributes": {"POSITION": where}, "indices": indices, "mode": mode}]))
    found = read_object(str(file.glb(tmp_path / "a.glb")), 64)
    shape = found.vertices[found.faces]
    normals = np.cross(shape[:, 1] - shape[:, 0], shape[:, 2] - shape[:, 0])
    assert len(found.faces) == 2 and len(np.unique(np.sign(normals[:, 1]))) == 1


def test_packed_numbers_are_unpacked(tmp_path: Path) -> None:
    """Normalised places of 16 bits, four numbers apart, and normalised UVs give the same cube as floats, over its texture."""
    vertices, _, uvs = cube()
    file = Written()
    packed = np.zeros((len(vertices), 4), np.int16)
    packed[:, :3] = np.round(vertices * 2 * 32767)
    view = file.view(packed.tobytes(), byteStride=8)
    more: dict[str, Any] = {"componentType": 5122, "count": len(vertices), "type": "VEC3", "normalized": True}
    places = file.add("accessors", bufferView=view, **more)
    laid = file.accessor(np.round(uvs * 65535).astype(np.uint16), normalized=True)
    file.node(file.mesh(file.material(plain(RED)), POSITION=places, TEXCOORD_0=laid), scale=[0.5] * 3)
    file.tree["extensionsRequired"] = ["KHR_mesh_quantization"]
    found = read_object(str(file.glb(tmp_path / "a.glb")), 64)
    assert not found.relaid and (found.textures.base_colour == RED).all()
    np.testing.assert_allclose(found.vertices.min(0), -0.5, atol=1e-4)
    np.testing.assert_allclose(found.vertices.max(0), 0.5, atol=1e-4)


def test_sparse_places_are_filled_in(tmp_path: Path) -> None:
    """An accessor of zeros but for a few rows has these rows."""
    file = Written()
    rows, values = np.array([1, 2], np.uint32), np.array([[1, 0, 0], [0, 3, 0]], np.float32)
    indices = {"bufferView": file.view(rows.tobytes()), "componentType": 5125}
    sparse = {"count": 2, "indices": indices, "values": {"bufferView": file.view(values.tobytes())}}
    where = file.add("accessors", componentType=5126, count=3, type="VEC3", sparse=sparse)
    file.node(file.add("meshes", primitives=[{"attributes": {"POSITION": where}}]))
    found = read_object(str(file.glb(tmp_path / "a.glb")), 64)
    np.testing.assert_allclose(np.ptp(found.vertices, axis=0), (1, 0, 3))


@pytest.mark.parametrize(
    "name", ["KHR_draco_mesh_compression", "EXT_meshopt_compression", "KHR_texture_basisu", "EXT_x"]
)
def test_required_extensions_that_are_not_read_are_named(tmp_path: Path, name: str) -> None:
    """A file that requires what is not read is refused by that name; one that merely uses it, or requires a look, is read."""
    file = Written()
    file.node(file.mesh(file.material(plain(RED))))
    file.tree["extensionsUsed"] = [name]
    file.tree["extensionsRequired"] = ["KHR_materials_unlit"]
    read_object(str(file.glb(tmp_path / "a.glb")), 64)
    file.tree["extensionsRequired"].append(name)
    with pytest.raises(PropsmithError, match=name) as caught:
        read_object(str(file.glb(tmp_path / "a.glb")), 64)
    assert caught.value.code == "mesh-invalid"
    assert ("compression" in caught.value.remedy) == (name != "EXT_x")


@pytest.mark.parametrize(("uri", "name"), [("my%20t%C3%BCx.png", "my tüx.png"), ("50%20grey.png", "50%20grey.png")])
def test_uris_name_files(tmp_path: Path, uri: str, name: str) -> None:
    """Blanks and umlauts are percent-encoded in a .gltf's names, as the specification asks, or are not."""
    file = Written()
    material = file.material(plain(RED))
    file.node(file.mesh(material))
    file.tree["images"] = [{"uri": uri}]
    (tmp_path / name).write_bytes(png(plain(BLUE)))
    (tmp_path / "my data.bin").write_bytes(file.data)
    found = read_object(str(file.gltf(tmp_path / "a.gltf", "my%20data.bin")), 64)
    assert (found.textures.base_colour == BLUE).all()


def test_textures_that_cannot_be_read_are_named(tmp_path: Path) -> None:
    """Broken and cut images, KTX2 without an image to fall back on, and missing files are refused with the texture's name."""
    whole = png(np.random.default_rng(0).integers(0, 256, (64, 64, 3)).astype(np.uint8))
    for image in (b"not an image" * 9, whole[:2000], b"\xabKTX 20\xbb\r\n\x1a\n" + bytes(200)):
        file = Written()
        info = {"baseColorTexture": {"index": file.texture(image)}}
        if b"KTX" in image:
            file.tree["textures"][0] = {"name": "bark", "extensions": {"KHR_texture_basisu": {"source": 0}}}
        file.node(file.mesh(file.add("materials", pbrMetallicRoughness=info)))
        with pytest.raises(PropsmithError, match="texture 'bark'") as caught:
            read_object(str(file.glb(tmp_path / "a.glb")), 64)
        assert caught.value.code == "mesh-unreadable"
    file.tree["images"], file.tree["textures"] = [{"uri": "nope.png"}], [{"source": 0}]
    with pytest.raises(PropsmithError, match=r"nope\.png"):
        read_object(str(file.glb(tmp_path / "a.glb")), 64)


def test_sixteen_bits_of_grey_are_not_clipped(tmp_path: Path) -> None:
    """A grey texture of 16 bits, half way up, is a roughness of one half."""
    file = Written()
    grey = file.texture(png(np.full((64, 64), 32768, np.uint16)))
    file.node(file.mesh(file.material(plain(RED), metallicRoughnessTexture={"index": grey})))
    found = read_object(str(file.glb(tmp_path / "a.glb")), 64)
    np.testing.assert_allclose(found.textures.roughness, 128, atol=1)


@pytest.mark.parametrize("name", ["POSITION", "NORMAL", "TEXCOORD_0", "COLOR_0"])
def test_attributes_that_do_not_fit_are_refused(tmp_path: Path, name: str) -> None:
    """Attributes of too few numbers a vertex, or for too few vertices, are refused with one of our own errors."""
    for shape in ((36, 1), (5, 3)):
        file = Written()
        file.node(file.mesh(file.material(), **{name: file.accessor(np.full(shape, 0.5, np.float32))}))
        with pytest.raises(PropsmithError) as caught:
            read_object(str(file.glb(tmp_path / "a.glb")), 64)
        assert caught.value.code in ("mesh-unreadable", "mesh-invalid")
