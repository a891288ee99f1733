"""Reading objects to refine: what is usable stays exactly, what is not is repaired and said, or refused with a remedy."""

from __future__ import annotations

import json
from dataclasses import fields
from pathlib import Path

import numpy as np
import pytest
import trimesh
from PIL import Image
from trimesh.visual import TextureVisuals
from trimesh.visual.material import PBRMaterial

from backend import foreign, gltf_looks
from backend.errors import PropsmithError
from backend.incoming import Incoming, read_object
from backend.settings import Finish
from backend.textures import normal_to_bytes
from backend.unwrap import unwrap


def box(size: float = 1.0) -> tuple[np.ndarray, np.ndarray]:
    mesh = trimesh.creation.box(extents=(size, size * 0.6, size * 0.4))
    return np.asarray(mesh.vertices, np.float32), np.asarray(mesh.faces, np.int32)


def snapshot(folder: Path, **more: np.ndarray) -> Path:
    """A snapshot of a box with a random texture; `more` replaces or adds arrays (None removes one)."""
    vertices, faces = box()
    arrays = {"vertices": vertices, "faces": faces, "uvs": unwrap(vertices, faces)} | more
    with (folder / "mesh.npz").open("wb") as file:
        np.savez(file, **{k: v for k, v in arrays.items() if v is not None})
    pixels = np.random.default_rng(0).integers(0, 256, (128, 128, 3)).astype(np.uint8)
    Image.fromarray(pixels).save(folder / "base_color.png")
    Image.fromarray(pixels[..., 0]).save(folder / "roughness.png")
    return folder / "mesh.npz"


def test_a_good_snapshot_is_kept_exactly(tmp_path: Path) -> None:
    """Vertices, faces, UVs and every byte of the maps come through unchanged; the prior's frame holds the whole object."""
    file = snapshot(tmp_path)
    found = read_object(str(file))
    with np.load(file) as arrays:
        for name in ("vertices", "faces", "uvs"):
            assert np.array_equal(getattr(found, name), arrays[name]), name
    assert np.array_equal(found.textures.base_colour, np.asarray(Image.open(tmp_path / "base_color.png")))
    assert np.array_equal(found.textures.roughness, np.asarray(Image.open(tmp_path / "roughness.png")))
    assert not found.relaid and not found.notes and found.selected.all()
    assert np.linalg.norm(found.in_prior_units(), axis=1).max() == pytest.approx(0.96, abs=1e-5)


def relaid(found: Incoming, why: str) -> None:
    assert found.relaid and any(why in sentence for _, sentence in found.notes), found.notes
    assert found.uvs.min() >= 0 and found.uvs.max() <= 1


def test_unusable_uvs_get_a_new_layout(tmp_path: Path) -> None:
    """No UVs, overlapping UVs, tiling UVs and NaN UVs each get a new layout, with the reason said."""
    vertices, faces = box()
    good = unwrap(vertices, faces)
    relaid(read_object(str(snapshot(tmp_path, uvs=None))), "no UVs")
    same = np.broadcast_to(good[:1], good.shape).copy()
    relaid(read_object(str(snapshot(tmp_path, uvs=same))), "overlap")
    relaid(read_object(str(snapshot(tmp_path, uvs=good * 3))), "tiling")
    broken = good.copy()
    broken[0, 0, 0] = np.nan
    relaid(read_object(str(snapshot(tmp_path, uvs=broken))), "not numbers")


def glb(folder: Path, parts: list[trimesh.Trimesh]) -> Path:
    path = folder / "in.glb"
    path.write_bytes(trimesh.Scene(parts).export(file_type="glb"))
    return path


def test_several_materials_become_one_texture(tmp_path: Path) -> None:
    """Two boxes, one red and one blue, come in as one mesh whose new texture is red and blue in equal parts of each."""
    parts = []
    for k, colour in enumerate(((255, 0, 0, 255), (0, 0, 255, 255))):
        mesh = trimesh.creation.box(extents=(0.4, 0.4, 0.4))
        mesh.apply_translation((k, 0, 0))
        mesh.visual = TextureVisuals(
            material=PBRMaterial(baseColorFactor=colour, roughnessFactor=0.3 + 0.4 * k, metallicFactor=0.0)
        )
        parts.append(mesh)
    found = read_object(str(glb(tmp_path, parts)), texture_px=256)
    assert len(found.faces) == 24 and found.relaid
    red = (found.textures.base_colour == (255, 0, 0)).all(-1)
    blue = (found.textures.base_colour == (0, 0, 255)).all(-1)
    assert (red | blue).all() and 0.3 < red.mean() < 0.7
    assert set(np.unique(found.textures.roughness)) == {round(0.3 * 255), round(0.7 * 255)}


def test_glb_frame_is_blenders(tmp_path: Path) -> None:
    """glTF's Y-up scene arrives Z-up with its front towards -Y, node transforms applied."""
    mesh = trimesh.creation.box(extents=(0.2, 0.4, 0.6))  # glTF: y 0.4 is the height, z 0.6 the depth
    mesh.apply_translation((0, 0, 1))  # in front, in glTF
    found = read_object(str(glb(tmp_path, [mesh])))
    np.testing.assert_allclose(np.ptp(found.vertices, axis=0), (0.2, 0.6, 0.4), atol=1e-5)
    np.testing.assert_allclose(found.vertices.mean(0), (0, -1, 0), atol=1e-5)
    normals = np.cross(*(found.vertices[found.faces][:, k] - found.vertices[found.faces][:, 0] for k in (1, 2)))
    outward = found.vertices[found.faces].mean(1) - found.vertices.mean(0)
    assert (np.einsum("fk,fk->f", normals, outward) > 0).all()


@pytest.mark.parametrize("scale", [1e-4, 1.0, 1e4])
def test_any_scale(tmp_path: Path, scale: float) -> None:
    """Tiny and huge objects reach the same prior units."""
    vertices, faces = box()
    found = read_object(str(snapshot(tmp_path, vertices=vertices * np.float32(scale) + np.float32(3 * scale))))
    np.testing.assert_allclose(np.linalg.norm(found.in_prior_units(), axis=1), 0.96, atol=1e-4)
    assert found.faces.shape == faces.shape


def test_the_size_is_that_of_what_the_faces_span(tmp_path: Path) -> None:
    """A box of 2 metres is told as 2 metres long, whatever stray vertices lie around it: its grain gets the scene's size."""
    vertices, faces = box(2.0)
    strayed = np.concatenate([vertices, np.full((1, 3), 50.0, np.float32)])
    found = read_object(str(snapshot(tmp_path, vertices=strayed.astype(np.float32), faces=faces)))
    assert found.size_m == pytest.approx(2.0)


def test_loose_vertices_have_no_place_in_prior_units(tmp_path: Path) -> None:
    """Of an object far from the origin, vertices that no face uses come out as zeros, numbers or not; the others as they were."""
    vertices, faces = box()
    vertices += np.float32(100)
    tight = read_object(str(snapshot(tmp_path, vertices=vertices))).in_prior_units()
    stray = np.array([[np.nan, 0, 0], [0, 0, np.inf], [1e6, 0, 0]], np.float32)
    loose = read_object(str(snapshot(tmp_path, vertices=np.concatenate([vertices, stray])))).in_prior_units()
    assert np.array_equal(loose, np.concatenate([tight, np.zeros((3, 3), np.float32)]))


def test_odd_but_usable_meshes(tmp_path: Path) -> None:
    """One face, zero-area faces, a non-manifold fan and a NaN vertex that no face uses are all taken."""
    one = np.array([[0, 0, 0], [1, 0, 0], [0, 0, 1], [np.nan, 0, 0], [0, 1, 0], [0, -1, 0]], np.float32)
    for faces in ([[0, 1, 2]], [[0, 1, 2], [1, 1, 2]], [[0, 1, 2], [0, 1, 4], [0, 1, 5]]):
        found = read_object(str(snapshot(tmp_path, vertices=one, faces=np.array(faces, np.int32), uvs=None)))
        assert found.relaid and np.isfinite(found.in_prior_units()[found.faces]).all()


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"vertices": np.full((8, 3), np.nan, np.float32)}, "not numbers"),
        ({"faces": np.zeros((0, 3), np.int32), "uvs": None}, "no faces"),
        ({"faces": np.array([[0, 1, 99]], np.int32), "uvs": None}, "does not exist"),
        ({"vertices": np.zeros((8, 3), np.float32)}, "no extent"),
        ({"vertices": np.arange(24).reshape(8, 3).astype(np.float32)}, "zero area"),
        ({"selected": np.ones(3, bool)}, "selection"),
        ({"faces": np.zeros((2_000_001, 3), np.int32), "uvs": None}, "limit"),
    ],
)
def test_refused(tmp_path: Path, change: dict[str, np.ndarray], sentence: str) -> None:
    """What cannot be refined is refused with a sentence and a remedy."""
    with pytest.raises(PropsmithError, match=sentence) as caught:
        read_object(str(snapshot(tmp_path, **change)))
    assert caught.value.code == "mesh-invalid" and caught.value.remedy


def test_files_that_are_no_meshes(tmp_path: Path) -> None:
    """A missing file, garbage under either name, and a truncated GLB each give their own error."""
    (tmp_path / "a.glb").write_bytes(b"garbage")
    (tmp_path / "mesh.npz").write_bytes(b"garbage")
    whole = glb(tmp_path, [trimesh.creation.box()])
    (tmp_path / "cut.glb").write_bytes(whole.read_bytes()[:200])
    for name, code in (
        ("none.glb", "mesh-missing"),
        ("a.glb", "mesh-unreadable"),
        ("mesh.npz", "mesh-unreadable"),
        ("cut.glb", "mesh-unreadable"),
    ):
        with pytest.raises(PropsmithError) as caught:
            read_object(str(tmp_path / name))
        assert caught.value.code == code, name


def test_a_layout_that_comes_along_is_taken(tmp_path: Path) -> None:
    """Where the own UVs cannot be used, the snapshot's `layout` is, bit for bit; a faulty one is not."""
    vertices, faces = box()
    layout = unwrap(vertices, faces) * np.float32(0.9)
    found = read_object(str(snapshot(tmp_path, uvs=None, layout=layout)))
    assert found.relaid and np.array_equal(found.uvs, layout)
    folded = np.broadcast_to(layout[:1], layout.shape).copy()
    again = read_object(str(snapshot(tmp_path, uvs=None, layout=folded)))
    assert again.relaid and not np.array_equal(again.uvs, folded)


def test_tiles_are_materials(tmp_path: Path) -> None:
    """A snapshot of two materials holds their maps side by side; each face gets the colours of its own."""
    vertices, faces = box()
    material = np.arange(len(faces)) % 2
    layout = unwrap(vertices, faces)
    file = snapshot(tmp_path, layout=layout, material=material, tiles=np.array(2))
    both = np.zeros((4, 8, 3), np.uint8)
    both[:, :4, 0], both[:, 4:, 1] = 200, 100
    Image.fromarray(both).save(tmp_path / "base_color.png")
    Image.fromarray(np.full((4, 8), 90, np.uint8)).save(tmp_path / "roughness.png")
    found = read_object(str(file), 128)
    centre = found.uvs.mean(1)
    row, column = ((1 - centre[:, 1]) * 128).astype(int), (centre[:, 0] * 128).astype(int)
    wanted = np.where(material[:, None] == 0, (200, 0, 0), (0, 100, 0))
    assert found.relaid and np.array_equal(found.textures.base_colour[row, column], wanted)


def test_several_uv_maps(tmp_path: Path) -> None:
    """Of a GLB with two UV maps the first is used, and the notes say so; one map is no news."""
    mesh = trimesh.creation.box()
    mesh.visual = TextureVisuals(uv=np.random.default_rng(0).random((len(mesh.vertices), 2)))
    file = glb(tmp_path, [mesh])
    assert "uv-maps" not in dict(read_object(str(file)).notes)
    data = file.read_bytes()
    length = int.from_bytes(data[12:16], "little")
    scene = json.loads(data[20 : 20 + length])
    attributes = scene["meshes"][0]["primitives"][0]["attributes"]
    attributes["TEXCOORD_1"] = attributes["TEXCOORD_0"]
    text = json.dumps(scene).encode()
    text += b" " * (-len(text) % 4)
    chunk = len(text).to_bytes(4, "little") + data[16:20] + text + data[20 + length :]
    file.write_bytes(data[:8] + (12 + len(chunk)).to_bytes(4, "little") + chunk)
    assert "2 UV maps" in dict(read_object(str(file)).notes)["uv-maps"]


def tilted(size: int, degrees: float = 30.0) -> np.ndarray:
    """(S, S, 3) a normal map that leans the same way everywhere."""
    lean = np.radians(degrees)
    return np.broadcast_to(normal_to_bytes(np.array([np.sin(lean), 0.0, np.cos(lean)])), (size, size, 3)).copy()


@pytest.mark.parametrize(("colour", "normal"), [(128, 128), (128, 256), (256, 64), (4, 512)])
def test_a_normal_map_of_any_size_is_kept(tmp_path: Path, colour: int, normal: int) -> None:
    """A normal map larger or smaller than the other maps leans as it did, at their size; one of their size stays bit for bit."""
    file = snapshot(tmp_path)
    Image.fromarray(np.full((colour, colour, 3), 90, np.uint8)).save(tmp_path / "base_color.png")
    (tmp_path / "roughness.png").unlink()
    Image.fromarray(tilted(normal)).save(tmp_path / "normal.png")
    found = read_object(str(file), 128).textures
    np.testing.assert_allclose(found.normal.astype(int), tilted(len(found.base_colour)), atol=1)
    assert colour != normal or np.array_equal(found.normal, tilted(normal))


def test_a_normal_map_made_smaller_keeps_unit_normals(tmp_path: Path) -> None:
    """Where opposite slopes average out, the normals of the smaller map still have length 1."""
    size, lean = 512, np.radians(60)
    slope = np.where(np.arange(size) // 2 % 2, lean, -lean / 3) * np.ones((size, 1))
    file = snapshot(tmp_path)
    image = normal_to_bytes(np.stack([np.sin(slope), np.zeros_like(slope), np.cos(slope)], -1))
    Image.fromarray(image).save(tmp_path / "normal.png")
    normals = (read_object(str(file)).textures.normal.astype(float) - 128) / 127
    np.testing.assert_allclose(np.linalg.norm(normals, axis=-1), 1, atol=0.02)
    assert 0.2 < normals[..., 0].mean() < 0.5


def textured(place: float, uv: np.ndarray, normal: np.ndarray | None, colour: int = 90) -> trimesh.Trimesh:
    """A box at `place` on the x axis, over its own strip of one texture of 64 px, with a normal map."""
    vertices, faces = box()
    laid = unwrap(vertices, faces).reshape(-1, 2) * (0.5, 1.0) + uv
    corners = np.arange(faces.size).reshape(-1, 3)
    mesh = trimesh.Trimesh(vertices[faces].reshape(-1, 3) + (place, 0, 0), corners, process=False)
    flat, bumps = Image.new("RGB", (64, 64), (colour,) * 3), None if normal is None else Image.fromarray(normal)
    material = PBRMaterial(baseColorTexture=flat, normalTexture=bumps, roughnessFactor=0.5, metallicFactor=0.0)
    mesh.visual = TextureVisuals(uv=laid, material=material)
    return mesh


def test_the_normal_map_of_several_parts(tmp_path: Path) -> None:
    """Parts over one material keep its normal map; of parts with different ones all are left out, and a note says so."""
    parts = lambda *more: [textured(0.0, np.zeros(2), tilted(64)), textured(2.0, np.array([0.5, 0.0]), *more)]
    found = read_object(str(glb(tmp_path, parts(tilted(64)))))
    assert not found.relaid and not found.notes and np.array_equal(found.textures.normal, tilted(64))
    for second, colour in ((tilted(64, 10.0), 90), (None, 90), (tilted(64, 10.0), 200), (tilted(64), 200)):
        dropped = read_object(str(glb(tmp_path, parts(second, colour))), 128)
        assert "normal-map-dropped" in dict(dropped.notes) and (dropped.textures.normal == (128, 128, 255)).all()


def test_large_textures_of_a_glb_are_reduced(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Maps beyond the limit come in at the limit, the normal map with them, and a note says it; the limit is a prop's own."""
    assert next(f for f in fields(Finish) if f.name == "texture_px").metadata["high"] == foreign.LARGEST_PX
    file = glb(tmp_path, [textured(0.0, np.zeros(2), tilted(128))])
    assert not read_object(str(file)).notes
    for module in (foreign, gltf_looks):
        monkeypatch.setattr(module, "LARGEST_PX", 32)
    found = read_object(str(file), 32)
    assert "128 pixels" in dict(found.notes)["texture-reduced"]
    assert np.array_equal(found.textures.base_colour, np.full((32, 32, 3), 90))
    np.testing.assert_allclose(found.textures.normal.astype(int), tilted(32), atol=1)


def test_no_material_is_a_matt_grey(tmp_path: Path) -> None:
    """A snapshot without maps and a GLB without a material both arrive in an even, rough grey."""
    path = snapshot(tmp_path)
    for name in ("base_color.png", "roughness.png"):
        path.with_name(name).unlink()
    for found in (read_object(str(path)), read_object(str(glb(tmp_path, [trimesh.creation.box()])))):
        assert np.ptp(found.textures.base_colour) == 0 and not found.textures.metallic.any()
        assert found.textures.roughness.mean() > 100
