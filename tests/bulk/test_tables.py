import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from keras_infogan.bulk import tables
from keras_infogan.bulk.columns import rows_of
from keras_infogan.bulk.model import CodeColumn
from keras_infogan.bulk.tables import CodesTable

CODES = {
    "digit": CodeColumn(True, 10),
    "style": CodeColumn(False, 2),
    "width": CodeColumn(False, 1),
}


@pytest.fixture
def write(tmp_path):
    """Writes a table: text as CSV, a dict of columns as Parquet."""

    def write(contents):
        path = tmp_path / ("codes.csv" if isinstance(contents, str) else "codes.parquet")
        if isinstance(contents, str):
            path.write_text(contents)
        else:
            pq.write_table(pa.table(contents), path)
        return path

    return write


@pytest.mark.parametrize(
    "contents",
    [
        'width,digit,style,seed\n0.5,3,"0.5,-1",7\n1, 9,"-1, 0.25",8\n',
        {
            "width": [0.5, 1.0],
            "digit": pa.array([3, 9], pa.uint8()),
            "style": [[0.5, -1.0], [-1.0, 0.25]],
            "seed": [7, 8],
        },
        {"width": [[0.5], [1.0]], "digit": [3, 9], "style": ["0.5,-1", "-1,0.25"], "seed": [7, 8]},
    ],
    ids=["csv", "parquet", "other types"],
)
def test_every_way_to_write_codes(write, contents):
    table = CodesTable(write(contents), CODES)
    assert table.count() == 2
    (batch,) = table.batches()
    np.testing.assert_array_equal(rows_of(batch["digit"]), [3, 9])
    np.testing.assert_array_equal(rows_of(batch["style"]), [[0.5, -1], [-1, 0.25]])
    np.testing.assert_array_equal(rows_of(batch["width"]), [[0.5], [1]])
    np.testing.assert_array_equal(rows_of(batch["seed"]), [7, 8])
    assert batch["digit"].type == pa.int64()
    assert rows_of(batch["style"]).dtype == np.float32


def test_a_table_is_read_in_batches(write, monkeypatch):
    monkeypatch.setattr(tables, "BATCH_ROWS", 3)
    table = CodesTable(write({"digit": [i % 10 for i in range(10)]}), CODES)
    assert [batch.num_rows for batch in table.batches()] == [3, 3, 3, 1]
    assert table.count() == 10


@pytest.mark.parametrize(
    ("contents", "message"),
    [
        ("digits\n3\n", "column for each code, of .*'digit'.*Received: columns .'digits'."),
        ("digit,digit\n3,4\n", "Received: columns .'digit', 'digit'."),
        ("digit\n", "should have rows"),
        ("digit\n3\n10\n", "column digit should hold ints in 0..9. Received: 10 in row 1"),
        ("digit\n-1\n", "Received: -1 in row 0"),
        ("digit\n3.5\n", "column digit should hold ints in 0..9. .*3.5"),
        ("digit\nthree\n", "column digit should hold ints in 0..9. .*three"),
        ("digit,width\n3,\n", "column width should hold finite numbers. "),
        ("width\nnan\n", "column width should hold finite numbers. Received: .nan. in row 0"),
        ("style\n0.5\n", "column style should hold 2 finite numbers per row. Received: lists of 1"),
        ("seed\n-1\n", "column seed should hold ints"),
        ("digit,width\n3\n", "Expected 2 columns, got 1"),
        ({"digit": [3.0]}, "column digit should hold ints.* Received: a column of double"),
        ({"digit": [True]}, "Received: a column of bool"),
        ({"digit": [3, None]}, "Received: empty cells"),
        ({"style": [[0.5, None]]}, "Received: empty cells"),
        ({"style": [[0.5], [1.0, 2.0]]}, "Received: lists of 1, 2"),
        ({"width": [True]}, "column width should hold finite numbers. Received: a column of"),
    ],
    ids=str,
)
def test_what_a_model_does_not_take(write, contents, message):
    path = write(contents)
    with pytest.raises(ValueError, match=message):
        CodesTable(path, CODES).count()


def test_a_code_that_is_given_twice(write):
    with pytest.raises(ValueError, match="or from --code. Received: digit twice"):
        CodesTable(write("digit\n3\n"), CODES, fixed=["digit"])


def test_another_suffix(tmp_path):
    with pytest.raises(ValueError, match="should be a .csv or .parquet file. Received"):
        CodesTable(tmp_path / "codes.json", CODES)


def test_a_file_that_is_missing(tmp_path):
    with pytest.raises(OSError):
        CodesTable(tmp_path / "codes.csv", CODES)


def test_a_file_that_is_no_parquet(tmp_path):
    (tmp_path / "codes.parquet").write_text("nonsense")
    with pytest.raises(ValueError):
        CodesTable(tmp_path / "codes.parquet", CODES)
