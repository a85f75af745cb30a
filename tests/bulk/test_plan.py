import pyarrow as pa
import pytest

from keras_infogan.bulk.plan import read_plan, write_plan


@pytest.mark.parametrize("lengths", [[25], [3, 7, 10, 5], [1] * 25], ids=str)
def test_a_row_group_a_shard(tmp_path, lengths):
    rows = iter(range(25))
    batches = [pa.record_batch({"i": [next(rows) for _ in range(n)]}) for n in lengths]
    path = tmp_path / "plan.parquet"
    write_plan(path, batches, rows_per_shard=10)
    parts = [read_plan(path, shard)["i"].to_pylist() for shard in range(3)]
    assert parts == [list(range(10)), list(range(10, 20)), list(range(20, 25))]
