"""Commands with `--preset` in place of a run."""

import json
import os
import re
import signal
import socket
import threading
import time

import numpy as np
import pytest
import tensorflow as tf
import yaml

from keras_infogan.models.infogan import InfoGAN
from keras_infogan.runs.directory import WorkDirectory
from keras_infogan.serving import Client


@pytest.fixture
def preset(run_command, finished_run, tmp_path):
    """A preset of an evaluated run."""
    assert run_command("evaluate", f"--workdir={finished_run}", "--metrics=codes")[0] == 0
    out = tmp_path / "preset"
    status, said, err = run_command(
        "export", f"--workdir={finished_run}", "--format=preset", f"--out={out}"
    )
    assert (status, said, err) == (0, f"{out}\n", "")
    return out


def test_what_export_writes(preset, finished_run):
    names = {path.relative_to(preset).as_posix() for path in preset.rglob("*") if path.is_file()}
    kept = {"run/config.json", "run/evaluation.json"}
    assert names == {"README.md", "config.json", "metadata.json", "model.weights.h5", *kept}
    record = json.loads((preset / "metadata.json").read_text())
    assert (record["data"], record["data_license"]) == ("MNIST", "CC BY-SA 3.0")
    scores = WorkDirectory(finished_run).read_scores()
    card = (preset / "README.md").read_text()
    assert re.search(rf"\| code_accuracy/digit +\| {scores['code_accuracy/digit']:.4f} +\|", card)
    assert "infogan-train --config=tiny --workdir=DIR" in card


def test_a_preset_is_exported_to_serve_and_again_as_a_preset(run_command, preset, tmp_path):
    base, again = tmp_path / "models", tmp_path / "again"
    arguments = [f"--preset={preset}", f"--model_base_path={base}"]
    assert run_command("export", *arguments) == (0, f"{base / '1'}\n", "")
    arguments = [f"--preset={preset}", "--format=preset", f"--out={again}"]
    status, _, err = run_command("export", *arguments, "--data=Digits", "--data_license=free")
    assert (status, err) == (0, "")
    assert json.loads((again / "metadata.json").read_text())["data"] == "Digits"
    one, other = (InfoGAN.from_preset(path).sample(3) for path in (preset, again))
    np.testing.assert_array_equal(one, other)


def test_an_export_over_another_preset_leaves_nothing_of_it(run_command, preset, finished_run):
    (finished_run / "evaluation.json").unlink()
    again = [f"--preset={preset}", "--format=preset", f"--out={preset}"]
    assert run_command("export", *again)[0] == 0
    assert (preset / "run" / "evaluation.json").is_file()
    unevaluated = [f"--workdir={finished_run}", "--format=preset", f"--out={preset}"]
    assert run_command("export", *unevaluated)[0] == 0
    assert [path.name for path in (preset / "run").iterdir()] == ["config.json"]
    assert "This run was not evaluated." in (preset / "README.md").read_text()


def test_the_name_of_the_data_is_kept(run_command, preset, tmp_path):
    named = [f"--preset={preset}", "--format=preset", f"--out={tmp_path / 'named'}"]
    assert run_command("export", *named, "--data=Digits", "--data_license=MIT")[0] == 0
    again = [f"--preset={tmp_path / 'named'}", "--format=preset", f"--out={tmp_path / 'again'}"]
    assert run_command("export", *again)[0] == 0
    card = (tmp_path / "again" / "README.md").read_text()
    head = yaml.safe_load(card.split("---")[1])
    assert head["license"] == "mit"
    assert "trained on Digits without labels" in card


def test_the_card_says_which_value_is_which_class(preset):
    record = json.loads((preset / "run" / "evaluation.json").read_text())
    found = record["classes"]["digit"]
    pairs = ", ".join(
        f"{name}: {value}"
        for name, value in zip(found["classes"], found["value_of_class"], strict=True)
        if value is not None
    )
    assert (
        f"- Class, and the value of `digit` for it: {pairs}." in (preset / "README.md").read_text()
    )


def test_its_scores_are_those_of_the_run_that_it_is_from(run_command, preset, tmp_path):
    out = tmp_path / "scores"
    before = sorted(preset.rglob("*"))
    status, said, err = run_command(
        "evaluate", f"--preset={preset}", "--metrics=codes", f"--out={out}"
    )
    assert (status, err) == (0, "")
    assert "code_accuracy/digit" in said
    kept = json.loads((preset / "run" / "evaluation.json").read_text())
    new = json.loads((out / "evaluation.json").read_text())
    assert new["code_accuracy/digit"] == pytest.approx(kept["code_accuracy/digit"], abs=0.05)
    status, again, _ = run_command("evaluate", f"--preset={preset}", "--metrics=codes")
    assert (status, again) == (0, said)
    assert sorted(preset.rglob("*")) == before


def test_pictures_and_shards(run_command, preset, tmp_path, images):
    picture = tmp_path / "style.png"
    status, _, err = run_command("traverse", f"--preset={preset}", f"--out={picture}", "--rows=2")
    assert (status, err) == (0, "")
    assert picture.is_file()
    out = tmp_path / "images"
    status, _, err = run_command("generate", f"--preset={preset}", f"--out={out}", "--count=3")
    assert status == 0, err
    folder = tmp_path / "folder"
    folder.mkdir()
    tf.io.write_file(str(folder / "a.png"), tf.io.encode_png(images[0]))
    out = tmp_path / "codes"
    arguments = [f"--preset={preset}", f"--out={out}", f"--images={folder}"]
    status, _, err = run_command("encode", *arguments)
    assert status == 0, err


def test_a_query_needs_no_server(run_command, preset, tmp_path):
    picture = tmp_path / "one.png"
    arguments = [f"--preset={preset}", f"--out={picture}", "--code=digit=1", "--seed=3"]
    assert run_command("query", *arguments) == (0, f"wrote {picture}\n", "")
    model = InfoGAN.from_preset(preset)
    seen = tf.io.decode_png(picture.read_bytes())
    assert seen.shape == (*model.image_shape[:2], model.image_shape[2])
    over_grpc = picture.read_bytes()
    assert run_command("query", *arguments, "--rest")[0] == 0
    assert picture.read_bytes() == over_grpc


def test_it_is_served_under_its_name(run_command, preset, free_ports):
    (port,) = free_ports(1)
    answers = []

    def ask_and_stop():
        while socket.socket().connect_ex(("127.0.0.1", port)):
            time.sleep(0.02)
        with Client(f"127.0.0.1:{port}", "preset") as client:
            answers.append(client.sample([1])["image"].shape)
        time.sleep(0.3)  # the port opens a moment before the command waits for its signals
        os.kill(os.getpid(), signal.SIGTERM)

    asking = threading.Thread(target=ask_and_stop)
    asking.start()
    status, said, err = run_command(
        "serve", f"--preset={preset}", f"--port={port}", "--rest_api_port=0"
    )
    asking.join()
    assert (status, err) == (0, "")
    assert said.startswith("model preset: version 1 available\n")
    assert answers == [(1, 8, 8, 1)]


def test_the_card_of_a_run_and_its_seeds(run_command, finished_run, tiny_config, tmp_path):
    other = WorkDirectory(tmp_path / "other")
    other.start({**tiny_config.to_dict(), "seed": 1})
    record = {"config": "tiny", "seed": 1, "step": 2, "images": 32, "samples": 32}
    other.evaluation.write_text(json.dumps({**record, "code_accuracy/digit": 0.75}))
    assert run_command("evaluate", f"--workdir={finished_run}", "--metrics=codes")[0] == 0
    status, out, err = run_command(
        "report", f"--workdir={finished_run}", "--model_card", f"--other_seed={other.path}"
    )
    card = finished_run / "README.md"
    assert (status, out, err) == (0, f"card: {card}\n", "")
    text = card.read_text()
    assert "### Over seeds 0, 1" in text
    own = WorkDirectory(finished_run).read_scores()["code_accuracy/digit"]
    assert re.search(rf"\| {np.mean([own, 0.75]):.4f} +\| {min(own, 0.75):.4f} +\| 0.7500", text)

    strange = WorkDirectory(tmp_path / "strange")
    strange.start({**tiny_config.to_dict(), "batch_size": 8})
    strange.evaluation.write_text(json.dumps(record))
    status, out, err = run_command(
        "report", f"--workdir={finished_run}", "--model_card", f"--other_seed={strange.path}"
    )
    assert (status, out) == (1, "")
    assert "The other seeds should have the same config" in err


@pytest.mark.parametrize(
    ("name", "arguments", "message"),
    [
        ("traverse", ["--preset=P", "--out=o.png"], "A preset should be one of .* Received: P"),
        ("traverse", ["--out=o.png"], "should come from --workdir or from --preset"),
        ("traverse", ["--workdir=W", "--preset=P", "--out=o.png"], "from --workdir or from"),
        ("export", ["--preset=P", "--format=preset"], "=preset should come with --out alone"),
        ("export", ["--preset=P", "--out=o"], "=savedmodel should come with --model_base_path"),
        ("export", ["--preset=P", "--format=preset", "--out=o"], "A preset should be one of"),
        (
            "report",
            ["--workdir=W", "--model_card", "--data=D"],
            "--data and --data_license should come together",
        ),
        ("report", ["--preset=P"], "A preset should be one of"),
        ("query", ["--out=o.png"], "Give --server with --model_name, or else --workdir or"),
        ("query", ["--out=o.png", "--server=a:1"], "--server and --model_name should come tog"),
        (
            "query",
            ["--out=o.png", "--server=a:1", "--model_name=m", "--preset=P"],
            "--server should come without --workdir and --preset",
        ),
        ("serve", ["--preset=P", "--model_base_path=M"], "One of --model_base_path, .*--preset"),
        ("serve", ["--preset=P"], "A preset should be one of"),
        ("explore", ["--preset=P"], "A preset should be one of"),
        ("generate", ["--preset=P", "--out=o", "--count=1"], "A preset should be one of"),
        ("evaluate", ["--preset=hf://x"], "A preset on the hub should be hf://USER/REPO"),
    ],
)
def test_a_mistake_is_one_line(refused, name, arguments, message):
    refused(name, arguments, 1, message)
