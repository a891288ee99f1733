"""A job away from the store's disk: inputs arrive, previews and results come back once each."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from backend.errors import PropsmithError, problem
from backend.protocol import Done, Event, Failed, Generate, Note, Preview, Progress, Refine, Request, event_from_line
from backend.remote import Resident, pack, unpack, write_files


class Echo:
    """Copies its inputs to its result, reading them through the request it was given; keeps a checkpoint meanwhile."""

    device = "far"

    def run(self, request: Request, folder: Path) -> Iterator[Event]:
        yield Progress("views", 0.5)
        for name in ("p.png", "live.npz", "live.png", "refine.pt"):
            (folder / name).write_bytes(b"preview")
        yield Preview("p.png", "live.npz")
        control = folder / "control.json"
        yield Note("control", control.read_text() if control.exists() else "")
        if request.prompt == "fail":
            raise problem("shape-empty")
        (folder / "result").mkdir()
        source = Path(request.mesh if isinstance(request, Refine) else request.image)
        for path in source.parent.iterdir():
            (folder / "result" / path.name).write_bytes(path.read_bytes())
        yield Done("result")

    def forget(self) -> None:
        """Nothing is loaded."""


def drive(
    resident: Resident, request: Request, folder: Path, control: str | None = None
) -> list[tuple[Event, list[str]]]:
    resident.start(*pack(request))
    seen = []
    while True:
        line, files = resident.next_event(control)
        if line is None:
            return seen
        write_files(folder, files)
        seen.append((event_from_line(line).event, sorted(files)))


def test_a_remote_job_ends_in_the_same_files(tmp_path: Path) -> None:
    """The image travels there; preview, light texture and result travel back, each file once, by the events that speak of
    them. What no event speaks of stays."""
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "photo é.png").write_bytes(b"image")
    request, home = Generate(image=str(tmp_path / "in" / "photo é.png")), tmp_path / "job"
    for _ in range(2):  # the resident serves job after job from a clean folder
        seen = drive(Resident("cpu", Echo()), request, home, '{"stop_now": false}')
        assert [type(event) for event, _ in seen] == [Progress, Preview, Note, Done]
        assert [files for _, files in seen] == [[], ["live.npz", "live.png", "p.png"], [], ["result/photo é.png"]]
        assert seen[2][0] == Note("control", '{"stop_now": false}')
        assert (home / "result" / "photo é.png").read_bytes() == b"image"


def test_a_mesh_travels_with_what_is_read_beside_it(tmp_path: Path) -> None:
    """The snapshot of an object is the mesh, its maps, the mask and what it was made from, and no stranger's file."""
    (tmp_path / "mesh.npz").write_bytes(b"mesh")
    beside = ("base_color.png", "mask.png", "prop.json")
    for name in beside:
        (tmp_path / name).write_bytes(b"beside")
    (tmp_path / "diary.txt").write_bytes(b"private")
    request = Refine(mesh=str(tmp_path / "mesh.npz"), prompt="rusty")
    values, files = pack(request)
    assert set(files) == {f"inputs/{name}" for name in (*beside, "mesh.npz")} and values["mesh"] == "inputs/mesh.npz"
    assert unpack(values, Path("/far")) == Refine(mesh=str(Path("/far/inputs/mesh.npz")), prompt="rusty")


def test_our_errors_come_back_as_events(tmp_path: Path) -> None:
    """A failure of the table crosses as Failed with its code; the resident is ready for the next job."""
    resident = Resident("cpu", Echo())
    seen = drive(resident, Generate(prompt="fail"), tmp_path)
    assert isinstance(seen[-1][0], Failed) and seen[-1][0].code == "shape-empty"


def test_a_missing_input_is_named_before_it_travels(tmp_path: Path) -> None:
    """An image or mesh that has gone is an InputError here, not a failure there."""
    for request, code in (
        (Generate(image="/no.png"), "image-missing"),
        (Refine(mesh="/no.npz", prompt="x"), "mesh-missing"),
    ):
        with pytest.raises(PropsmithError) as caught:
            pack(request)
        assert caught.value.code == code
