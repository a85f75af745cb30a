import re

import pyarrow.parquet as pq
import pytest


@pytest.mark.slow
def test_images_of_codes(run_command, model_base_path, tmp_path):
    made = tmp_path / "made"
    arguments = ["--count=30", "--seed=5", "--code", "kind=2", "--code", "style=0.5,-1"]
    status, out, err = run_command(
        "generate",
        f"--model_base_path={model_base_path}",
        f"--out={made}",
        *arguments,
        "--threads=2",
    )
    assert (status, err) == (0, "")
    assert re.fullmatch(rf"{made}: 30 rows, 30 of them new, [\d,]+ rows/s\n", out)
    rows = pq.read_table(made)
    assert rows["seed"].to_pylist() == list(range(5, 35))
    assert rows["kind"].to_pylist() == [2] * 30


@pytest.mark.parametrize(
    ("arguments", "status", "message"),
    [
        (["--count=3"], 2, "--out"),
        (["--out=O", "--count=0"], 2, "count"),
        (["--out=O", "--count=3"], 1, "from --workdir, --preset or --model_base_path. Received"),
        (["--out=O", "--workdir=W", "--count=3"], 1, "Received: W"),
        (["--out=O", "--workdir=W", "--format=csv"], 2, "format"),
        (["--out=O", "--model_base_path=M", "--code=kind"], 1, "versions of a model"),
    ],
)
def test_a_mistake_is_one_line(refused, arguments, status, message):
    refused("generate", arguments, status, message)


def test_help(shows_help):
    shows_help(
        "generate",
        "MODEL --out=DIR",
        "out",
        "ray_address",
        "rows_per_shard",
    )
