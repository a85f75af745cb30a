import json

import numpy as np
import pyarrow.parquet as pq
import pytest
import tensorflow as tf

from keras_infogan import bulk


@pytest.mark.slow
def test_codes_of_files_and_of_pixels_are_equal(run_command, model_base_path, tmp_path):
    model, made = f"--model_base_path={model_base_path}", tmp_path / "made"
    assert run_command("generate", model, f"--out={made}", "--count=30", "--threads=2")[0] == 0
    folder = tmp_path / "pictures"
    folder.mkdir()
    for i, image in enumerate(pq.read_table(made)["image"].to_pylist()):
        pixels = np.frombuffer(image, np.uint8).reshape(8, 8, 1)
        (folder / f"{i:02d}.png").write_bytes(tf.io.encode_png(pixels).numpy())
    found = []
    for source in (f"--images={folder}", f"--parquet={made}"):
        out_dir = tmp_path / "codes" / source[2:5]
        status, out, err = run_command("encode", model, f"--out={out_dir}", source, "--threads=2")
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


@pytest.mark.parametrize(
    ("arguments", "status", "message"),
    [
        (["--out=O", "--model_base_path=M", "--images=I"], 1, "versions of a model"),
        (["--images=I"], 2, "--out"),
    ],
)
def test_a_mistake_is_one_line(refused, arguments, status, message):
    refused("encode", arguments, status, message)


def test_help(shows_help):
    shows_help(
        "encode",
        "MODEL --out=DIR",
        "out",
        "ray_address",
        "rows_per_shard",
    )


@pytest.mark.parametrize(
    ("flags", "expected"),
    [(["--workdir"], "black"), (["--workdir", "--background=red"], "red"), ([], "white")],
)
def test_transparent_parts_show_the_background_of_the_run(
    run_command, finished_run, model_base_path, tmp_path, monkeypatch, flags, expected
):
    config = json.loads((finished_run / "config.json").read_text())
    config["data"]["background"] = "black"
    (finished_run / "config.json").write_text(json.dumps(config))
    asked = []

    def encode(out, model, images, **options):
        asked.append(images.facts.get("background", "white"))

    monkeypatch.setattr(bulk, "encode", encode)
    (tmp_path / "pictures").mkdir()
    (tmp_path / "pictures" / "a.png").touch()
    source = f"--workdir={finished_run}" if flags else f"--model_base_path={model_base_path}"
    pictures = f"--images={tmp_path / 'pictures'}"
    status, _, err = run_command("encode", source, f"--out={tmp_path / 'o'}", pictures, *flags[1:])
    assert (status, err, asked) == (0, "", [expected])
