import numpy as np
import pyarrow as pa
import pytest

from keras_infogan.bulk import columns


@pytest.mark.parametrize(
    ("values", "kind"),
    [
        (np.arange(5), pa.int64()),
        (np.arange(10, dtype=np.float32).reshape(5, 2), columns.vector_type(2)),
        (np.arange(20, dtype=np.uint8).reshape(5, 4), pa.binary(4)),
    ],
    ids=["ints", "lists", "bytes"],
)
def test_rows_come_back(values, kind):
    array = columns.column(values, kind)
    assert array.type == kind
    np.testing.assert_array_equal(columns.rows_of(array), values)
    np.testing.assert_array_equal(columns.rows_of(array[1:4]), values[1:4])


def test_two_columns_of_one_name():
    with pytest.raises(ValueError, match="not have the name of another column. Received: index"):
        columns.schema_of([pa.field("index", pa.int64()), pa.field("index", pa.int64())])
