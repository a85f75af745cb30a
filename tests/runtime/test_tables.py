import pytest

from keras_infogan.runtime.tables import format_table


def test_columns_are_aligned_and_no_line_is_padded():
    rows = [["mnist", "0.50", "picked"], ["image_folder", "10.25", ""]]
    assert format_table(rows, ["data", "score", "verdict"], numbers=[1]).splitlines() == [
        "data          score  verdict",
        "mnist          0.50  picked",
        "image_folder  10.25",
    ]


def test_without_heads_there_are_rows_only():
    assert format_table([["a", "1"], ["bc", "2"]]) == "a   1\nbc  2"
    assert format_table([], ["a", "b"]) == "a  b"
    assert format_table([]) == ""


def test_cells_stay_as_they_are():
    rows = [["1e5", "0.50"], ["007", "[0.1, 0.2]"], ["nan", "–"], ["True", "50%"]]
    assert format_table(rows).splitlines() == [
        "1e5   0.50",
        "007   [0.1, 0.2]",
        "nan   –",
        "True  50%",
    ]


def test_long_lines_are_neither_wrapped_nor_colored(monkeypatch):
    monkeypatch.setenv("COLUMNS", "20")
    monkeypatch.setenv("FORCE_COLOR", "1")
    row = ["word " * 50 + "end", "[bold]x[/bold]"]
    assert format_table([row], ["long", "markup"]).splitlines()[1] == "  ".join(row)


@pytest.mark.parametrize(
    ("rows", "heads", "received"),
    [
        ([["a", "b"]], ["one"], r"\[1, 2\]"),
        ([["a", "b"], ["a"]], [], r"\[1, 2\]"),
    ],
)
def test_rows_of_other_lengths_are_refused(rows, heads, received):
    with pytest.raises(ValueError, match=f"same number of cells. Received: {received}"):
        format_table(rows, heads)
