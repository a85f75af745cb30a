import pytest
import tensorflow as tf

OLD = b"what was there before"


@pytest.fixture
def out(tmp_path):
    path = tmp_path / "picture.png"
    path.write_bytes(OLD)
    return path


@pytest.fixture
def query(server, run_command, out):
    def run(*arguments, address=f"127.0.0.1:{server.port}", model="digits", to=out):
        return run_command(
            "query", f"--server={address}", f"--model_name={model}", f"--out={to}", *arguments
        )

    return run


def pixels(path):
    return tf.io.decode_png(path.read_bytes())[0, :3, 0].numpy().tolist()


def test_it_writes_the_picture_under_the_codes_given(query, out):
    status, stdout, stderr = query("--code=digit=3", "--code=style=0.5,-1", "--seed=2")
    assert (status, stdout, stderr) == (0, f"wrote {out}\n", "")
    assert pixels(out) == [76, 127, 0]
    assert [path.name for path in out.parent.iterdir()] == [out.name]


def test_codes_that_are_not_given_are_drawn(query, out):
    status, _, _ = query("--seed=4")
    assert status == 0
    assert pixels(out) == [102, 85, 85]


def test_rest_gives_the_same_picture(query, out, server):
    query("--code", "digit=7")
    over_grpc = out.read_bytes()
    status, _, _ = query("--code", "digit=7", "--rest", address=f"127.0.0.1:{server.rest_api_port}")
    assert status == 0
    assert out.read_bytes() == over_grpc


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--code=digit"], "--code should be NAME=VALUE or NAME=VALUE,VALUE,... Received: 'digit'"),
        (["--code=digit=x"], "--code should be NAME=VALUE or NAME=VALUE,VALUE,..."),
        (["--code==3"], "--code should name a code before '='. Received: '=3'"),
        (["--code=colour=1"], "A code should be one of digit, style. Received: 'colour'"),
        (["--code=digit=1.5"], "digit should hold values of type int64. Received: "),
        (["--code=style=1"], "style should be 2 numbers per image. Received: 1.0"),
        (["--code=digit=1,2"], "infogan-query writes one picture. Received: codes for 2"),
        (
            ["--code=digit=1", "--code=digit=2"],
            "--code should give each code once. Received: digit",
        ),
    ],
)
def test_a_wrong_code_is_one_line_and_the_file_stays(query, out, arguments, message):
    status, stdout, stderr = query(*arguments)
    assert (status, stdout) == (1, "")
    assert stderr.startswith("infogan-query: error: ")
    assert message in stderr
    assert stderr.count("\n") == 1
    assert out.read_bytes() == OLD


@pytest.mark.parametrize(
    ("where", "message"),
    [
        ({"model": "m"}, "Servable not found for request: Latest(m)"),
        ({"address": "localhost"}, "A server's address should be HOST:PORT. Received: 'localhost'"),
        ({"address": "127.0.0.1:1"}, "No gRPC server answers at 127.0.0.1:1: "),
    ],
)
def test_a_wrong_server_is_one_line_and_the_file_stays(query, out, where, message):
    status, _, stderr = query("--timeout=5", **where)
    assert status == 1
    assert stderr.startswith(f"infogan-query: error: {message}")
    assert stderr.count("\n") == 1
    assert out.read_bytes() == OLD


def test_a_file_that_cannot_be_written_is_one_line(query, tmp_path):
    path = tmp_path / "nothing" / "picture.png"
    status, _, stderr = query(to=path)
    assert status == 1
    assert stderr == f"infogan-query: error: Cannot write {path}: No such file or directory\n"
    status, _, stderr = query(to=tmp_path)
    assert stderr == f"infogan-query: error: Cannot write {tmp_path}: Is a directory\n"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["picture.png"]


def test_flags_that_are_missing_or_wrong_end_with_status_2(run_command):
    status, _, stderr = run_command("query")
    assert status == 2
    assert stderr.startswith("infogan-query: error: ")
    status, _, stderr = run_command("query", "--sever=h:1")
    assert status == 2
    assert stderr.count("\n") == 1


def test_help_names_the_flags(run_command):
    status, stdout, _ = run_command("query", "--help")
    assert status == 0
    for flag in ("--server", "--model_name", "--out", "--code", "--seed", "--rest"):
        assert f"{flag}:" in stdout
