"""Codes of any number of images."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from keras_infogan.bulk import columns
from keras_infogan.bulk.engines import Engine
from keras_infogan.bulk.job import ROWS_PER_SHARD, Job, run_job
from keras_infogan.bulk.model import SignatureModel, fingerprint, pin_threads
from keras_infogan.bulk.shards import Layout, Shard
from keras_infogan.bulk.sources import Images, Read, in_passes
from keras_infogan.runtime.files import user_path


def encode(
    directory: Path,
    model_path: Path,
    images: Images,
    *,
    format: str = "parquet",
    rows_per_shard: int = ROWS_PER_SHARD,
    engine: Engine | None = None,
    report: Callable[[str], None] = print,
) -> None:
    """Writes the output of the recognition network for images, in shards.

    Columns: `index` int64; for images of a folder also `file`, the path in the folder; then the
    outputs of the signature `recognize`: for a categorical code NAME int64 and
    `NAME_probabilities`, a list of K float32; for another code `NAME_mean` and `NAME_stddev`, lists
    of d float32.

    Args:
        directory: of the shards; an unfinished job in it is resumed.
        model_path: as `bulk.find_model` gives it.
        images: of `folder_images`, `dataset_images` or `parquet_images`.
        format: "parquet" or "tfrecord".
        rows_per_shard: int >= 1.
        engine: where images are read; None is this machine.
        report: receives a sentence per event.

    Raises:
        ValueError: a model without codes, an image that cannot be read, or a directory that holds
            something else.
        OSError: the directory cannot be written.
        Interrupted: SIGINT or SIGTERM came; finished shards stay.

    Examples:
        >>> model = bulk.find_model("runs/mnist", None)   # doctest: +SKIP
        >>> images = bulk.dataset_images("mnist", "test")   # doctest: +SKIP
        >>> bulk.encode(Path("codes"), model, images)   # doctest: +SKIP
    """
    # Workers may have another working directory.
    directory, model_path = (user_path(each).absolute() for each in (directory, model_path))
    engine = engine or Engine()
    pin_threads(engine.threads)
    _schema(SignatureModel(model_path), has_files=False)  # a model without codes fails here
    layout = Layout(directory, images.count, rows_per_shard, format)
    facts = {"command": "encode", "model": fingerprint(model_path), **images.facts}
    load = partial(EncodedRows, model_path, images.read, bool(images.inputs))
    run_job(Job(layout, facts, load, images.inputs), engine, report)


class EncodedRows:
    """Makes rows of codes.

    Args:
        model_path: as `bulk.find_model` gives it.
        read: of the `Images`.
        has_files: whether images have names.
    """

    def __init__(self, model_path: Path, read: Read, has_files: bool):
        self._model = SignatureModel(model_path)
        self._read = read
        self.schema = _schema(self._model, has_files)

    def batches(self, shard: Shard, inputs: pa.Table | None) -> Iterator[pa.RecordBatch]:
        """The rows of a shard; `inputs` are the names of its files."""
        start = shard.start
        for images in in_passes(self._read(shard, inputs, self._model.image_shape)):
            stop = start + len(images)
            rows: dict[str, Any] = {"index": np.arange(start, stop)}
            if inputs is not None:
                within = inputs["file"].chunk(0)
                rows["file"] = within[start - shard.start : stop - shard.start]
            yield columns.batch_of({**rows, **self._model.recognize(images)}, self.schema)
            start = stop
        if start != shard.stop:
            raise ValueError(
                f"There should be images {shard.start} to {shard.stop - 1}. "
                f"Received: {start - shard.start} of them; has their source changed?"
            )


def _schema(model: SignatureModel, has_files: bool) -> pa.Schema:
    keys = [pa.field("index", pa.int64())]
    keys += [pa.field("file", pa.string())] * has_files
    readings = [
        pa.field(
            name, columns.vector_type(int(spec.shape[1])) if spec.shape.rank > 1 else pa.int64()
        )
        for name, spec in model.readings.items()
    ]
    return columns.schema_of(keys + readings)
