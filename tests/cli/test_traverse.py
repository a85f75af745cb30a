import pytest
import tensorflow as tf


def test_a_row_for_each_noise_and_a_column_for_each_value(run_command, finished_run, tmp_path):
    picture = tmp_path / "digit.png"
    arguments = [f"--workdir={finished_run}", f"--out={picture}"]
    status, out, err = run_command(
        "traverse", *arguments, "--code=style", "--rows=2", "--columns=3"
    )
    assert (status, err) == (0, "")
    assert out == f"{picture}: each column is a value of style; 2 rows of other latents\n"
    height, width, _ = tf.io.decode_png(picture.read_bytes()).shape
    assert (height >= 2 * 8, width >= 2 * 3 * 8) == (True, True)

    status, out, err = run_command("traverse", *arguments, "--code=digits")
    assert (status, out) == (1, "")
    assert err.count("\n") == 1
    assert "Received: 'digits'" in err


@pytest.mark.parametrize(
    ("arguments", "status", "message"),
    [
        (["--workdir=W", "--out=F.png", "--rows=0"], 2, "rows"),
        (["--workdir=W", "--out=F.png", "--columns=1"], 2, "columns"),
    ],
)
def test_a_mistake_is_one_line(refused, arguments, status, message):
    refused("traverse", arguments, status, message)


def test_help(shows_help):
    shows_help("traverse", "--workdir=DIR", "workdir")
