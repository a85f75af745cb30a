"""Any number of images from codes."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import tensorflow as tf

from keras_infogan.bulk import columns
from keras_infogan.bulk.engines import Engine
from keras_infogan.bulk.job import ROWS_PER_SHARD, Job, run_job
from keras_infogan.bulk.model import PASS_ROWS, CodeColumn, SignatureModel, fingerprint, pin_threads
from keras_infogan.bulk.shards import Layout, Shard
from keras_infogan.bulk.tables import CodesTable
from keras_infogan.images import PNG_CHANNELS
from keras_infogan.runtime.files import file_sha256, user_path

IMAGE_ENCODINGS = ("raw", "png")
SEED = "seed"

_MOST_SEED = np.iinfo(np.int64).max


def generate(
    directory: Path,
    model_path: Path,
    count: int | None = None,
    seed: int = 0,
    codes: Mapping[str, float | Sequence[float]] | None = None,
    table: Path | None = None,
    *,
    image: str = "raw",
    format: str = "parquet",
    rows_per_shard: int = ROWS_PER_SHARD,
    engine: Engine | None = None,
    report: Callable[[str], None] = print,
) -> None:
    """Writes images and the codes that made them, in shards.

    Row i has the seed `seed` + i, or that of the table's column `seed`. Equal seeds and codes give
    equal images, in every job. A code that neither `codes` nor the table gives is drawn from its
    prior with the row's seed.

    Columns: `index` int64, `seed` int64, a categorical code int64, another code a list of d
    float32, and `image`: H W C bytes of pixels in rows, channels last ("raw"), or a PNG file
    ("png"). The schema's metadata has `image_shape`, "H,W,C", and `image_encoding`.

    Args:
        directory: of the shards; an unfinished job in it is resumed.
        model_path: as `bulk.find_model` gives it.
        count: rows, int >= 1; None with a table, which has a row for each image.
        seed: of the first row.
        codes: code name -> its value in all rows.
        table: a CSV or Parquet file with a column per code; see `CodesTable`.
        image: "raw" or "png".
        format: "parquet" or "tfrecord".
        rows_per_shard: int >= 1.
        engine: where images are made; None is this machine.
        report: receives a sentence per event.

    Raises:
        ValueError: PNG files of images with more than 4 channels, codes that the model lacks or
            that are out of their range, both or neither of count and table, or a directory that
            holds something else.
        TypeError: a float for a categorical code.
        OSError: the directory cannot be written, or the table cannot be read.
        Interrupted: SIGINT or SIGTERM came; finished shards stay.

    Examples:
        >>> model = bulk.find_model("runs/mnist", None)   # doctest: +SKIP
        >>> codes = {"digit": 3}
        >>> bulk.generate(Path("threes"), model, 1_000_000, codes=codes)  # doctest: +SKIP
    """
    if image not in IMAGE_ENCODINGS:
        raise ValueError(f"`image` should be one of {IMAGE_ENCODINGS}. Received: {image!r}")
    if (count is None) == (table is None):
        raise ValueError(
            "Either a count or a table of codes should be given. "
            f"Received: count={count}, table={table}"
        )
    # Workers may have another working directory.
    directory, model_path = (user_path(each).absolute() for each in (directory, model_path))
    table = user_path(table) if table else None
    engine = engine or Engine()
    pin_threads(engine.threads)
    model = SignatureModel(model_path)
    _schema(model, image)  # a code with the name of a column fails here
    kinds = model.codes
    fixed = {name: _value(name, value, kinds) for name, value in (codes or {}).items()}
    rows = CodesTable(table, kinds, fixed) if table else None
    layout = Layout(directory, rows.count() if rows else count or 0, rows_per_shard, format)
    if not 0 <= seed <= _MOST_SEED - layout.count:
        raise ValueError(f"Seeds should be in 0..{_MOST_SEED}. Received: {seed} and following")
    job = Job(
        layout,
        {
            "command": "generate",
            "model": fingerprint(model_path),
            "seed": seed,
            "codes": {name: value.tolist() for name, value in fixed.items()},
            "table": file_sha256(table) if table else None,
            "image": image,
        },
        partial(GeneratedRows, model_path, seed, fixed, image),
        rows.batches if rows else None,
    )
    run_job(job, engine, report)


class GeneratedRows:
    """Makes rows of images.

    Args:
        model_path: as `bulk.find_model` gives it.
        seed: of row 0.
        codes: code name -> its value in all rows, an int64 scalar or float32 [d].
        image: "raw" or "png".
    """

    def __init__(self, model_path: Path, seed: int, codes: Mapping[str, np.ndarray], image: str):
        self._model = SignatureModel(model_path)
        self._seed = seed
        self._codes = codes
        self._is_png = image == "png"
        self.schema = _schema(self._model, image)

    def batches(self, shard: Shard, inputs: pa.Table | None) -> Iterator[pa.RecordBatch]:
        """The rows of a shard; `inputs` are its seeds and codes from the table."""
        given = {}
        if inputs is not None:
            given = {name: columns.rows_of(inputs[name].chunk(0)) for name in inputs.column_names}
        for start in range(shard.start, shard.stop, PASS_ROWS):
            index = np.arange(start, min(start + PASS_ROWS, shard.stop))
            within = slice(start - shard.start, start - shard.start + len(index))
            codes = {name: np.stack([value] * len(index)) for name, value in self._codes.items()}
            codes |= {name: values[within] for name, values in given.items()}
            seeds = codes.pop(SEED, self._seed + index)
            made = self._model.generate(seeds, codes)
            rows: dict[str, Any] = {"index": index, SEED: seeds, **made}
            if self._is_png:
                rows["image"] = _pngs(tf.constant(made["image"])).numpy()
            yield columns.batch_of(rows, self.schema)


def _schema(model: SignatureModel, image: str) -> pa.Schema:
    if image == "png" and model.image_shape[-1] not in PNG_CHANNELS:
        raise ValueError(
            "`image` should be 'raw' if images have more than 4 channels, since PNG files have 1 "
            f"to 4. Received: image='png' with {model.image_shape[-1]} channels"
        )
    size = int(np.prod(model.image_shape))
    fields = [pa.field("index", pa.int64()), pa.field(SEED, pa.int64())]
    fields += [
        pa.field(name, pa.int64() if kind.is_categorical else columns.vector_type(kind.size))
        for name, kind in model.codes.items()
    ]
    fields.append(pa.field("image", pa.binary() if image == "png" else pa.binary(size)))
    shape = ",".join(map(str, model.image_shape))
    return columns.schema_of(fields, {"image_shape": shape, "image_encoding": image})


def _value(
    name: str, value: float | Sequence[float], kinds: Mapping[str, CodeColumn]
) -> np.ndarray:
    """A code's value for all rows, checked."""
    if name not in kinds:
        raise ValueError(f"The code should be one of {sorted(kinds)}. Received: {name!r}")
    kind, numbers = kinds[name], np.asarray(value, np.float64)
    if kind.is_categorical:
        category = numbers.astype(np.int64)
        if numbers.ndim or category != numbers or not 0 <= category < kind.size:
            raise ValueError(f"Code {name} should be one of the {kind}. Received: {value}")
        return category
    if not np.all(np.isfinite(numbers)) or numbers.shape not in ((), (kind.size,)):
        raise ValueError(f"Code {name} should be {kind}. Received: {value}")
    return np.broadcast_to(numbers, [kind.size]).astype(np.float32)


@tf.function
def _pngs(images: Any) -> Any:
    return tf.map_fn(tf.io.encode_png, images, fn_output_signature=tf.TensorSpec([], tf.string))
