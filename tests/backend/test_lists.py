"""Lists of props: plain lines and CSV, and every kind of bad row."""

from __future__ import annotations

from pathlib import Path

import pytest

from backend.errors import PropsmithError
from backend.lists import read_list


def test_plain_lines_are_prompts() -> None:
    """Each line that is neither blank nor a comment is a prompt; commas in it do no harm."""
    items = read_list("# my props\nbarrel, old\n\n  a red chair  \n")
    assert [(i.line, i.prompt, i.count, i.error) for i in items] == [
        (2, "barrel, old", 1, None),
        (4, "a red chair", 1, None),
    ]


@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_csv_columns(separator: str) -> None:
    """CSV with any usual separator, in any order of columns, gives count, size and seed; empty cells the defaults."""
    text = '\ufeffSize,Prompt,count,seed\n0.9,barrel,20,7\n,"vase",,\n'.replace(",", separator)
    items = read_list(text, size_m=1.5)
    assert [(i.prompt, i.count, i.size_m, i.seed) for i in items] == [("barrel", 20, 0.9, 7), ("vase", 1, 1.5, -1)]


@pytest.mark.parametrize(
    ("row", "code"),
    [(",1,1,1,", "prompt-empty"), ("x,0,1,1,", "setting-range"), ("x,two,1,1,", "setting-type"),
     ("x,1,-1,1,", "setting-range"), ("x,1,nan,1,", "setting-range"), ("x,1,1,-3,", "setting-range"),
     ("x,1,1,1,no.png", "image-missing"), ("x\x07,1,1,1,", "prompt-characters"), ("y" * 2000 + ",,,,", "prompt-too-long"),
     ("x,1,0,1,", "setting-range"), ("x,5000,1,1,", "setting-range")],
)  # fmt: skip
def test_a_bad_row_carries_its_error_and_the_others_stand(row: str, code: str) -> None:
    """A row with a bad value becomes one bad item with the code; the rows around it are read."""
    items = read_list(f"prompt,count,size,seed,image\nbarrel,1,1,1,\n{row}\nvase,1,1,1,\n")
    assert [i.error.code if i.error else "" for i in items] == ["", code, ""] and items[1].line == 3


def test_an_unknown_column_is_refused_by_name() -> None:
    """A misspelt column fails the list as a whole, before any time is spent."""
    with pytest.raises(PropsmithError) as caught:
        read_list("prompt,sizes\nx,1\n")
    assert caught.value.code == "setting-unknown" and "sizes" in str(caught.value)


def test_images_lie_beside_the_list(tmp_path: Path) -> None:
    """A relative image is looked for in the list's folder; with an image the prompt may be empty."""
    (tmp_path / "a.png").write_bytes(b"x")
    (item,) = read_list("prompt,image\n,a.png\n", str(tmp_path))
    assert item.error is None and item.image == str(tmp_path / "a.png")
