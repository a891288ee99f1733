"""Lists of props: plain lines and CSV, and every kind of bad row."""

from __future__ import annotations

from pathlib import Path

import pytest

from backend.errors import PropsmithError
from backend.lists import read_list, text_of


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


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-be"])
def test_lists_as_spreadsheets_save_them_are_read(tmp_path: Path, encoding: str) -> None:
    """UTF-8 with and without its mark, and UTF-16, Excel's Unicode text; of any other encoding it is said what to do."""
    text = "prompt\tsize\na chair by Stüssi\t1,5\n"
    path = tmp_path / "props.txt"
    path.write_bytes(("\ufeff" if encoding == "utf-16-be" else "").encode(encoding) + text.encode(encoding))
    (item,) = read_list(text_of(path, "the list"))
    assert (item.prompt, item.size_m) == ("a chair by Stüssi", 1.5)
    path.write_bytes(text.encode("cp1252"))
    with pytest.raises(PropsmithError, match=r"UTF-8 \(Excel: CSV UTF-8\), not '.*props.txt'"):
        text_of(path, "the list")


def test_a_list_of_images_alone_is_a_table(tmp_path: Path) -> None:
    """One column `image` names pictures, which are no prompts; a comma in a name does no harm."""
    (tmp_path / "mug, red.png").write_bytes(b"a picture")
    items = read_list("image\nmug, red.png\njug.png\n", str(tmp_path))
    assert [(i.prompt, i.image, i.error and i.error.code) for i in items] == [
        ("", str(tmp_path / "mug, red.png"), None),
        ("", "", "image-missing"),
    ]


@pytest.mark.parametrize(
    ("row", "code"),
    [(",1,1,1,", "prompt-empty"), ("x,0,1,1,", "setting-range"), ("x,two,1,1,", "setting-type"),
     ("x,1,-1,1,", "setting-range"), ("x,1,nan,1,", "setting-range"), ("x,1,1,-3,", "setting-range"),
     ("x,1,1,1,no.png", "image-missing"), ("x\x07,1,1,1,", "prompt-characters"), ("y" * 2000 + ",,,,", "prompt-too-long"),
     ("x,1,0,1,", "setting-range"), ("x,5000,1,1,", "setting-range"), ("x,2.5,1,1,", "setting-type"),
     ("x,inf,1,1,", "setting-type"), ('x,1,"1,5",1,', "setting-type"), ("a red barrel, with gold bands,1,1,1,x", "list-row"),
     ('"x,1,1,1,', "list-row"), ("y" * 200_000 + ",,,,", "list-row")],
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


@pytest.mark.parametrize(
    ("row", "prompt"),
    [("a red barrel, with gold bands", "a red barrel, with gold bands"), ('"a chest, dark"', "a chest, dark"),
     ('a 19" rack', 'a 19" rack'), ("a vase,,", "a vase")],
)  # fmt: skip
def test_a_comma_separates_nothing_in_a_list_of_one_column(row: str, prompt: str) -> None:
    """Below the header `prompt` alone a line is a prompt as a whole, quoted by a spreadsheet or not."""
    assert [(i.prompt, i.error) for i in read_list(f"prompt\n{row}\n")] == [(prompt, None)]


def test_excels_first_line_names_the_separator() -> None:
    """`sep=;` is no prop: it says how the table below it is separated; the lines keep their numbers."""
    items = read_list("\ufeffsep=;\nprompt;count\na barrel, old;2\n")
    assert [(i.line, i.prompt, i.count) for i in items] == [(3, "a barrel, old", 2)]
    assert [i.prompt for i in read_list("sep=,\na barrel\na vase\n")] == ["a barrel", "a vase"]


@pytest.mark.parametrize("separator", [";", "\t"])
def test_spreadsheets_numbers(separator: str) -> None:
    """German sheets' decimal comma is read, and a whole number written with decimals is one."""
    (item,) = read_list("prompt;count;size;seed\na barrel;2.0;1,5;7,0\n".replace(";", separator))
    assert (item.count, item.size_m, item.seed, item.error) == (2, 1.5, 7, None)


def test_empty_cells_at_a_lines_end_are_no_surplus() -> None:
    """Empty columns that a spreadsheet adds at the right of header and rows are passed over."""
    items = read_list("prompt,count,,\na barrel,2,,,\n,,,\na vase\n")
    assert [(i.prompt, i.count, i.error) for i in items] == [("a barrel", 2, None), ("a vase", 1, None)]


def codes(text: str) -> list[tuple[int, str]]:
    return [(i.line, i.error.code if i.error else i.prompt) for i in read_list(text)]


def test_an_open_quotation_mark_takes_no_other_row_with_it() -> None:
    """A mark that is never closed spoils its own row; a cell of several lines is one bad row, none of them a prompt."""
    assert codes('prompt,count\n"a barrel,2\na chest,1\na crate,3\n') == [
        (2, "list-row"), (3, "a chest"), (4, "a crate")]  # fmt: skip
    assert codes('prompt,count\n"a barrel,2\n"a chest, red",1\n') == [(2, "list-row"), (3, "a chest, red")]
    assert codes('prompt,count\n"a barrel\nof oak\nand iron",2\na chest,1\n') == [(2, "list-row"), (5, "a chest")]


@pytest.mark.parametrize("header", ["prompt,count,prompt", '"prompt,count', "prompt," + "x" * 200_000])
def test_a_header_that_is_no_header_fails_the_list(header: str) -> None:
    """A column named twice, an open quotation mark, an endless cell in the header: said, and no row is guessed."""
    with pytest.raises(PropsmithError) as caught:
        read_list(f"{header}\na,1,b\n")
    assert caught.value.code == "list-row"
