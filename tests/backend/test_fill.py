"""`python -m backend fill`: one prop for each different row, every row accounted for, an interrupted fill goes on."""

from __future__ import annotations

import argparse
import csv
import json
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from backend.cli import fill as command
from backend.errors import PropsmithError, problem
from backend.fake_worker import Fake
from backend.protocol import Done, Event, Generate, Request

LIST = """prompt,count,size,seed,image
barrel,12,0.9,,
Barrel,1,1.2,,
barrel,1,0.9,7,
,1,1,,
vase,1,0.3,,no.png
lamp,1,0.5,,
"""


class Counting(Fake):
    """The fake executor, which here leaves a GLB too; prompts that hold `bad` raise, and what was asked is kept."""

    def __init__(self, bad: str = "", error: Exception | None = None) -> None:
        super().__init__(speed=1000)
        self.asked: list[Request] = []
        self._bad, self._error = bad, error or problem("shape-empty")

    def run(self, request: Request, folder: Path) -> Iterator[Event]:
        self.asked.append(request)
        if self._bad and self._bad in request.prompt:
            raise self._error
        for event in super().run(request, folder):
            if isinstance(event, Done):
                (folder / event.result / "prop.glb").touch()
            yield event


def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, executor: Fake, *extra: str, text: str = LIST) -> int:
    (tmp_path / "props.csv").write_text(text, "utf-8")
    monkeypatch.setattr(command, "Local", lambda device: executor)
    parser = argparse.ArgumentParser()
    command.add_arguments(parser)
    out = ["--list", str(tmp_path / "props.csv"), "--out", str(tmp_path / "out"), *extra]
    return command.main(parser.parse_args(out))


def report(tmp_path: Path) -> dict[int, dict[str, str]]:
    with (tmp_path / "out" / "report.csv").open(newline="", encoding="utf-8") as file:
        return {int(row["line"]): row for row in csv.DictReader(file)}


def test_each_different_prop_is_made_once_and_bad_rows_stop_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Six rows, two of them bad: three props are made, the largest size and the row's own seed hold, the exit says so."""
    executor = Counting()
    assert run(tmp_path, monkeypatch, executor, "--style", "mossy") == command.SOME_FAILED
    asked = [(r.prompt, r.seed, r.size_m) for r in executor.asked if isinstance(r, Generate)]
    assert asked == [("barrel, mossy", 0, 1.2), ("barrel, mossy", 7, 0.9), ("lamp, mossy", 0, 0.5)]
    rows = report(tmp_path)
    assert [rows[i]["state"] for i in range(2, 8)] == ["made", "made", "made", "bad", "bad", "made"]
    assert rows[2]["folder"] == rows[3]["folder"] == "barrel" != rows[4]["folder"]
    assert "prompt-empty" in rows[5]["why"] and "image-missing" in rows[6]["why"]
    for line in (2, 4, 7):
        assert {"mesh.npz", "prop.json"} <= {p.name for p in (tmp_path / "out" / rows[line]["folder"]).iterdir()}
    assert "6 rows: 4 made, 2 bad; 3 different props" in capsys.readouterr().out


@pytest.mark.parametrize("error", [problem("shape-empty"), ZeroDivisionError("x"), MemoryError()])
def test_a_row_that_fails_leaves_the_others_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    """Ours, a foreign exception, memory: the row is failed with its sentence, the next row is made."""
    run(tmp_path, monkeypatch, Counting("barrel", error))
    rows = report(tmp_path)
    assert rows[2]["state"] == rows[4]["state"] == "failed" and rows[2]["why"] and rows[7]["state"] == "made"


def test_what_would_fail_every_row_ends_the_fill(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Missing weights are said once, with the report of the rows before on disk."""
    with pytest.raises(PropsmithError) as caught:
        run(tmp_path, monkeypatch, Counting("lamp", problem("weights-missing", path="x")))
    assert caught.value.code == "weights-missing" and report(tmp_path)[2]["state"] == "made"


def test_a_second_run_makes_only_what_is_missing_or_changed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """After a failure the same command makes the failed prop and keeps the rest, later one whose GLB was deleted; another style
    makes all anew."""
    run(tmp_path, monkeypatch, Counting("lamp"))
    again, other = Counting(), Counting()
    run(tmp_path, monkeypatch, again)
    assert [r.prompt for r in again.asked] == ["lamp"] and report(tmp_path)[2]["state"] == "kept"
    (tmp_path / "out" / "lamp" / "prop.glb").unlink()
    run(tmp_path, monkeypatch, deleted := Counting())
    assert [r.prompt for r in deleted.asked] == ["lamp"]
    run(tmp_path, monkeypatch, other, "--style", "mossy")
    assert len(other.asked) == 3


def test_a_folder_or_a_report_that_is_held_stops_no_list(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A prop whose folder cannot be written is a failed row. With the report open elsewhere all props are made all the same,
    it is said at the end, and the next run keeps them."""
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "barrel").write_text("in the way")
    assert run(tmp_path, monkeypatch, Counting(), text="barrel\nlamp\n") == command.SOME_FAILED
    rows = report(tmp_path)
    assert rows[1]["state"] == "failed" and "folder-read-only" in rows[1]["why"] and rows[2]["state"] == "made"
    (tmp_path / "out" / "barrel").unlink()
    (tmp_path / "out" / "report.csv").unlink()
    (tmp_path / "out" / "report.csv").mkdir()  # Windows would refuse a file that is open
    executor, again = Counting(), Counting()
    with pytest.raises(PropsmithError, match="folder-read-only"):
        run(tmp_path, monkeypatch, executor, text="barrel\nlamp\nvase\n")
    (tmp_path / "out" / "report.csv").rmdir()
    assert run(tmp_path, monkeypatch, again, text="barrel\nlamp\nvase\n") == 0
    assert [r.prompt for r in executor.asked if isinstance(r, Generate)] == ["barrel", "vase"] and not again.asked


def test_what_a_killed_fill_left_goes_though_its_prop_is_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A work folder of two days ago is removed from the folder of a prop that is not made again."""
    run(tmp_path, monkeypatch, Counting())
    (tmp_path / "out" / "lamp" / ".work-x").mkdir()
    os.utime(tmp_path / "out" / "lamp" / ".work-x", (0, 0))
    run(tmp_path, monkeypatch, again := Counting())
    assert not again.asked and not (tmp_path / "out" / "lamp" / ".work-x").exists()


def test_the_kind_of_a_picture_without_a_prompt_is_read_from_it_whatever_the_style(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A style goes to the rows with words alone: a picture's own row is asked for without any."""
    executor = Counting()
    (tmp_path / "mug.png").write_bytes(b"a picture")
    assert (
        run(tmp_path, monkeypatch, executor, "--style", "weathered", text="prompt,image\n,mug.png\ncup,mug.png\n") == 0
    )
    assert [r.prompt for r in executor.asked if isinstance(r, Generate)] == ["", "cup, weathered"]


def test_another_picture_under_the_same_name_is_another_prop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Kept while the file holds the same bytes, made anew once it was painted over; one that has gone is said."""
    picture, text = tmp_path / "chest.png", "prompt,image\n,chest.png\n"
    for content, made in ((b"oak", 1), (b"oak", 0), (b"steel", 1), (b"steel", 0)):
        picture.write_bytes(content)
        executor = Counting()
        assert run(tmp_path, monkeypatch, executor, text=text) == 0 and len(executor.asked) == made
    picture.unlink()
    assert run(tmp_path, monkeypatch, Counting(), text=text) == command.SOME_FAILED


def test_an_empty_list_is_said_by_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file without rows is an InputError, raised before anything is loaded."""
    for text in ("", "prompt,size\n"):
        with pytest.raises(PropsmithError) as caught:
            run(tmp_path, monkeypatch, Counting(), text=text)
        assert caught.value.code == "setting-type"


def test_variants_are_siblings_that_copies_take_in_turn(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With three variants a dozen barrels are three props of following seeds, a single lamp one; the report names all."""
    executor = Counting()
    run(tmp_path, monkeypatch, executor, "--variants", "3", "--seed", "4")
    asked = [(r.prompt, r.seed) for r in executor.asked if isinstance(r, Generate)]
    assert asked == [("barrel", 4), ("barrel", 5), ("barrel", 6), ("barrel", 7), ("lamp", 4)]  # 7: a row's own seed
    rows = report(tmp_path)
    assert rows[2]["folder"] == "barrel; barrel-v2; barrel-v3" and rows[7]["folder"] == "lamp"
    assert rows[3]["folder"] == "barrel"  # the thirteenth copy takes the first again
    again = Counting()
    run(tmp_path, monkeypatch, again, "--variants", "3", "--seed", "4")
    assert not again.asked and report(tmp_path)[2]["state"] == "kept"


@pytest.mark.parametrize("text", ["barrel,2\nbarrel v2,1\n", "barrel v2,1\nbarrel,2\n", "barrel,2\nbarrel v2,2\n"])
def test_no_variant_shares_a_folder_with_another_prop(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str
) -> None:
    """A prop called as another one's second variant would be gets a folder of its own, and a second run keeps them all."""
    executor, again = Counting(), Counting()
    assert run(tmp_path, monkeypatch, executor, "--variants", "2", text="prompt,count\n" + text) == 0
    folders = [f for row in report(tmp_path).values() for f in row["folder"].split("; ")]
    assert len(set(folders)) == len(folders) == len(executor.asked)
    for row in report(tmp_path).values():
        for folder in row["folder"].split("; "):
            record = json.loads((tmp_path / "out" / folder / "prop.json").read_text("utf-8"))
            assert record["request"]["prompt"] == row["prompt"]
    run(tmp_path, monkeypatch, again, "--variants", "2", text="prompt,count\n" + text)
    assert not again.asked


def test_a_failed_variant_fails_its_row(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """When one of a row's variants fails, the row says so and keeps the folders of the others; 0 variants is an error."""

    class OneBad(Counting):
        def run(self, request: Request, folder: Path) -> Iterator[Event]:
            if request.seed == 1:
                raise problem("shape-empty")
            yield from super().run(request, folder)

    assert run(tmp_path, monkeypatch, OneBad(), "--variants", "2") == command.SOME_FAILED
    row = report(tmp_path)[2]
    assert row["state"] == "failed" and row["folder"] == "barrel" and "shape-empty" in row["why"]
    with pytest.raises(PropsmithError) as caught:
        run(tmp_path, monkeypatch, Counting(), "--variants", "0")
    assert caught.value.code == "setting-range"
