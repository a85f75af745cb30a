"""Tables of codes, checked against a model's."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv
import pyarrow.parquet as pq

from keras_infogan.bulk import columns
from keras_infogan.bulk.model import CodeColumn

SUFFIXES = (".csv", ".parquet")
BATCH_ROWS = 10_000

# What the column `seed` may hold.
_SEEDS = CodeColumn(True, np.iinfo(np.int64).max)


class CodesTable:
    """A CSV or Parquet file with a column per code and a row per image.

    A column of a categorical code holds ints. One of another code holds numbers if it has one
    dimension, else lists of them; in CSV a list is written as text, `"0.5,-1"`. A column `seed`
    gives each row's seed. Rows are read in batches: a table may be larger than the memory.

    Args:
        path: the file; its suffix gives the format.
        codes: the codes of the model.
        fixed: names of codes that are already given.

    Raises:
        ValueError: another suffix, a column that is not a code or is given twice, or no columns.
        OSError: the file cannot be read.

    Examples:
        >>> np.savetxt("codes.csv", [3, 5], fmt="%d", header="digit", comments="")
        >>> CodesTable(Path("codes.csv"), {"digit": CodeColumn(True, 10)}).count()
        2
    """

    def __init__(self, path: Path, codes: Mapping[str, CodeColumn], fixed: Collection[str] = ()):
        self._path = path
        if path.suffix not in SUFFIXES:
            raise ValueError(f"--codes should be a {' or '.join(SUFFIXES)} file. Received: {path}")
        self._names = self._read_names()
        kinds = {**codes, "seed": _SEEDS}
        unknown = [name for name in self._names if name not in kinds]
        if unknown or not self._names or len(set(self._names)) < len(self._names):
            raise ValueError(
                f"{path} should have a column for each code, of {sorted(codes)}, and perhaps "
                f"'seed'. Received: columns {self._names}"
            )
        twice = sorted(set(self._names) & set(fixed))
        if twice:
            raise ValueError(
                f"Codes should come from {path} or from --code. Received: {', '.join(twice)} twice"
            )
        self._kinds = {name: kinds[name] for name in self._names}

    def count(self) -> int:
        """How many rows there are, all of them checked.

        Raises:
            ValueError: no rows, or a row whose values the model does not accept.
        """
        count = sum(batch.num_rows for batch in self.batches())
        if not count:
            raise ValueError(f"{self._path} should have rows. Received: a table without")
        return count

    def batches(self) -> Iterator[pa.RecordBatch]:
        """The rows: int64 columns, and lists of float32.

        Raises:
            ValueError: a value that the model does not accept.
        """
        start = 0
        for batch in self._read():
            made = {name: self._checked(name, batch.column(name), start) for name in self._names}
            start += batch.num_rows
            yield pa.record_batch(made)

    def _read_names(self) -> list[str]:
        if self._path.suffix == ".parquet":
            return pq.read_schema(self._path).names
        with pa.csv.open_csv(self._path) as reader:
            return reader.schema.names

    def _read(self) -> Iterator[pa.RecordBatch]:
        if self._path.suffix == ".parquet":
            with pq.ParquetFile(self._path) as file:
                yield from file.iter_batches(BATCH_ROWS)
            return
        # Read as text, so that a list is one value, and a wrong value can be quoted.
        options = pa.csv.ConvertOptions(column_types=dict.fromkeys(self._names, pa.string()))
        with pa.csv.open_csv(self._path, convert_options=options) as reader:
            yield from reader

    def _checked(self, name: str, values: pa.Array, start: int) -> pa.Array:
        kind = self._kinds[name]
        try:
            made = _categories(values) if kind.is_categorical else _vectors(values, kind.size)
            numbers = columns.rows_of(made)
        except (pa.ArrowInvalid, pa.ArrowNotImplementedError, TypeError) as error:
            raise ValueError(
                f"{self._path}: column {name} should hold {kind}. Received: {error}"
            ) from error
        valid = (
            (numbers >= 0) & (numbers < kind.size)
            if kind.is_categorical
            else np.isfinite(numbers).all(axis=1)
        )
        if not valid.all():
            row = int(np.argmin(valid))
            raise ValueError(
                f"{self._path}: column {name} should hold {kind}. "
                f"Received: {numbers[row].tolist()} in row {start + row}"
            )
        return made


def _categories(values: pa.Array) -> pa.Array:
    if values.null_count:
        raise TypeError("empty cells")
    if pa.types.is_string(values.type):
        values = pc.utf8_trim_whitespace(values)
    elif not pa.types.is_integer(values.type):
        raise TypeError(f"a column of {values.type}")
    return values.cast(pa.int64())


def _vectors(values: pa.Array, size: int) -> pa.Array:
    if values.null_count:
        raise TypeError("empty cells")
    if pa.types.is_string(values.type):
        values = pc.split_pattern(values, ",")
    if not pa.types.is_nested(values.type):
        values = pa.ListArray.from_arrays(np.arange(len(values) + 1, dtype=np.int32), values)
    lengths = pc.list_value_length(values)
    if not pc.all(pc.equal(lengths, size)).as_py():
        raise TypeError(f"lists of {', '.join(map(str, pc.unique(lengths).to_pylist()))}")
    flat = values.flatten()
    if flat.null_count:
        raise TypeError("empty cells")
    if pa.types.is_string(flat.type):
        flat = pc.utf8_trim_whitespace(flat)
    elif not (pa.types.is_integer(flat.type) or pa.types.is_floating(flat.type)):
        raise TypeError(f"a column of {values.type}")
    return pa.FixedSizeListArray.from_arrays(flat.cast(pa.float32()), size)
