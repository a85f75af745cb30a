import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import tensorflow as tf

from keras_infogan import LatentSpec, bulk, export_savedmodel
from keras_infogan.bulk import columns


def test_codes_of_a_folder(model_path, load_once, threads, images, tmp_path):
    for i, image in enumerate(images):
        path = tmp_path / "pictures" / f"{i:02d}.png"
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(tf.io.encode_png(image).numpy())
    found = bulk.folder_images(tmp_path / "pictures")
    bulk.encode(tmp_path / "out", model_path, found, rows_per_shard=12, engine=threads)
    table = pq.read_table(tmp_path / "out")
    read = load_once(model_path).recognize(images)
    assert table.column_names == ["index", "file", *sorted(read)]
    assert table["file"].to_pylist() == [f"{i:02d}.png" for i in range(32)]
    assert table["index"].to_pylist() == list(range(32))
    for name, values in read.items():
        np.testing.assert_allclose(
            columns.rows_of(table[name].combine_chunks()), values, rtol=1e-6, atol=1e-7
        )


def test_codes_of_what_was_generated(model_path, load_once, threads, tmp_path):
    made, out = tmp_path / "images", tmp_path / "codes"
    bulk.generate(made, model_path, count=30, rows_per_shard=12, engine=threads)
    bulk.encode(out, model_path, bulk.parquet_images(made), rows_per_shard=20, engine=threads)
    assert pq.read_table(out)["index"].to_pylist() == list(range(30))


def test_images_that_went_away(model_path, load_once, threads, tmp_path):
    path = tmp_path / "rows.parquet"

    def write(count):
        rows = columns.column(np.zeros([count, 64], np.uint8), pa.binary(64))
        pq.write_table(pa.table({"image": rows}), path)

    write(20)
    found = bulk.parquet_images(path)
    write(17)
    with pytest.raises(ValueError, match="images 0 to 19. Received: 17 of them"):
        bulk.encode(tmp_path / "out", model_path, found, engine=threads)


def test_a_model_without_codes(make_model, threads, tmp_path):
    path = export_savedmodel(make_model(latents=LatentSpec(noise=4)), tmp_path / "model")
    found = bulk.Images(1, {}, read=None)
    with pytest.raises(ValueError, match="should have codes to read"):
        bulk.encode(tmp_path / "out", path, found, engine=threads)
    assert not (tmp_path / "out").exists()
