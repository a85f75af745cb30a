import re

import numpy as np
import pyarrow.parquet as pq
import pytest
import tensorflow as tf

from keras_infogan import export_savedmodel

THREADS = ["--threads=2"]


@pytest.fixture
def model_base_path(make_model, tmp_path):
    export_savedmodel(make_model(), tmp_path / "models")
    return tmp_path / "models"


@pytest.mark.slow
def test_images_of_codes_and_codes_of_images(run_command, model_base_path, tmp_path):
    model, made, codes = f"--model_base_path={model_base_path}", tmp_path / "m", tmp_path / "c"
    arguments = ["--count=30", "--seed=5", "--code", "kind=2", "--code", "style=0.5,-1"]
    status, out, err = run_command("generate", model, f"--out={made}", *arguments, *THREADS)
    assert (status, err) == (0, "")
    assert re.fullmatch(rf"{made}: 30 rows, 30 of them new, [\d,]+ rows/s\n", out)
    rows = pq.read_table(made)
    assert rows["seed"].to_pylist() == list(range(5, 35))
    assert rows["kind"].to_pylist() == [2] * 30

    folder = tmp_path / "pictures"
    folder.mkdir()
    for i, image in enumerate(rows["image"].to_pylist()):
        pixels = np.frombuffer(image, np.uint8).reshape(8, 8, 1)
        (folder / f"{i:02d}.png").write_bytes(tf.io.encode_png(pixels).numpy())
    found = []
    for source in (f"--images={folder}", f"--parquet={made}"):
        out_dir = codes / source[2:5]
        status, out, err = run_command("encode", model, f"--out={out_dir}", source, *THREADS)
        assert (status, err) == (0, "")
        found.append(pq.read_table(out_dir).drop_columns(["index"]))
    assert found[0]["file"].to_pylist()[-1] == "29.png"
    assert found[0].drop_columns(["file"]).equals(found[1])


@pytest.mark.parametrize("sources", [[], ["--images=I", "--parquet=P"]], ids=["none", "two"])
def test_images_come_from_one_place(run_command, model_base_path, tmp_path, sources):
    arguments = [f"--model_base_path={model_base_path}", f"--out={tmp_path / 'out'}", *sources]
    status, _, err = run_command("encode", *arguments)
    assert status == 1
    assert "one of --images, --dataset and --parquet. Received: " in err
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("name", ["generate", "encode"])
def test_help(run_command, name):
    status, out, err = run_command(name, "--help")
    assert (status, err) == (0, "")
    assert f"infogan-{name} --workdir=DIR|--model_base_path=DIR --out=DIR" in out
    for flag in ("--out: ", "--ray_address: ", "--rows_per_shard: "):
        assert flag in out
