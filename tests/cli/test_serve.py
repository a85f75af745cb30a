import os
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time

import pytest

from keras_infogan.serving import Client


def stop_when_serving(port):
    deadline = time.monotonic() + 30.0
    while time.monotonic() < deadline:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                # The port opens a moment before the command waits for its signals.
                time.sleep(0.3)
                break
        time.sleep(0.02)
    os.kill(os.getpid(), signal.SIGTERM)


@pytest.mark.parametrize("from_file", [False, True], ids=["flags", "config file"])
def test_it_serves_until_sigterm(run_command, free_ports, base_path, tmp_path, from_file):
    port, rest_api_port = free_ports(2)
    arguments = ["--model_name=digits", f"--model_base_path={base_path}"]
    if from_file:
        path = tmp_path / "models.config"
        path.write_text(
            f'model_config_list {{ config {{ name: "digits" base_path: "{base_path}" }} }}'
        )
        arguments = [f"--model_config_file={path}"]
    stopper = threading.Thread(target=stop_when_serving, args=(rest_api_port,))
    stopper.start()
    status, stdout, stderr = run_command(
        "serve", *arguments, f"--port={port}", f"--rest_api_port={rest_api_port}"
    )
    stopper.join()
    assert (status, stderr) == (0, "")
    assert stdout.splitlines() == [
        "model digits: version 1 available",
        f"gRPC at 127.0.0.1:{port}",
        f"REST at http://127.0.0.1:{rest_api_port}/v1/models",
        "stopping: requests in flight finish first",
    ]


def test_a_process_of_its_own_answers_and_ends_with_0(free_ports, base_path):
    (port,) = free_ports(1)
    arguments = [f"--model_base_path={base_path}", f"--port={port}", "--rest_api_port=0"]
    process = subprocess.Popen(
        [sys.executable, "-m", "keras_infogan.cli.serve", *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        lines = [process.stdout.readline().strip() for _ in range(2)]
        assert lines == ["model default: version 1 available", f"gRPC at 127.0.0.1:{port}"]
        with Client(f"127.0.0.1:{port}", "default") as client:
            assert client.sample(3)["digit"].tolist() == [3]
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=30) == 0
    finally:
        process.kill()
        process.communicate()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ([], "One of --model_base_path, --model_config_file and --preset should be given."),
        (
            ["--model_base_path=BASE", "--model_config_file=x"],
            "One of --model_base_path, --model_config_file and --preset should be given.",
        ),
        (
            ["--model_base_path=BASE/nothing"],
            "The base path of model default should be a directory that holds a directory per",
        ),
        (["--model_base_path=BASE/1"], "should hold numbered versions, and is itself a SavedModel"),
        (["--model_config_file=BASE/nothing"], "Cannot read the ModelServerConfig file "),
        (
            ["--model_config_file=BASE/1/saved_model.pb"],
            "error: Invalid protobuf file: 'BASE/1/saved_model.pb'. It should be a Model",
        ),
        (
            ["--model_base_path=BASE", "--port=0", "--rest_api_port=0"],
            "A server should have a gRPC port or a REST port.",
        ),
        (
            ["--model_base_path=BASE", "--port=8600", "--rest_api_port=8600"],
            "The gRPC and REST ports should differ. Received: 8600 twice",
        ),
        (["--model_base_path=BASE", "--host=192.0.2.1"], "Cannot listen on 192.0.2.1:8500: "),
    ],
)
def test_what_is_wrong_is_one_line(run_command, base_path, arguments, message):
    arguments = [argument.replace("BASE", str(base_path)) for argument in arguments]
    status, stdout, stderr = run_command("serve", *arguments)
    assert (status, stdout) == (1, "")
    assert stderr.startswith("infogan-serve: error: ")
    assert message.replace("BASE", str(base_path)) in stderr
    assert stderr.count("\n") == 1


@pytest.mark.parametrize("flag", ["port", "rest_api_port"])
def test_a_port_in_use_is_one_line(run_command, base_path, flag):
    other = {"port": "rest_api_port", "rest_api_port": "port"}[flag]
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        status, _, stderr = run_command(
            "serve", f"--model_base_path={base_path}", f"--{flag}={port}", f"--{other}=0"
        )
    assert status == 1
    assert stderr == (
        f"infogan-serve: error: Port {port} of 127.0.0.1 is in use by another program\n"
    )


def test_a_base_path_without_a_version_is_one_line(run_command, free_ports, base_path):
    shutil.rmtree(base_path / "1")
    port, rest_api_port = free_ports(2)
    status, _, stderr = run_command(
        "serve",
        f"--model_base_path={base_path}",
        f"--port={port}",
        f"--rest_api_port={rest_api_port}",
        "--load_timeout=0",
    )
    assert status == 1
    assert "should hold a version, a directory named by an integer" in stderr
    assert stderr.count("\n") == 1


def test_a_version_that_does_not_load_is_one_line(run_command, free_ports, base_path):
    (base_path / "1" / "saved_model.pb").write_bytes(b"\x00")
    port, rest_api_port = free_ports(2)
    status, _, stderr = run_command(
        "serve",
        f"--model_base_path={base_path}",
        f"--port={port}",
        f"--rest_api_port={rest_api_port}",
    )
    assert status == 1
    assert stderr.startswith("infogan-serve: error: model default: version 1 failed to load: ")
    assert stderr.count("\n") == 1


@pytest.mark.parametrize(
    "flag", ["--port=-1", "--port=99999", "--rest_api_timeout_in_ms=0", "--model_path=x"]
)
def test_a_wrong_flag_ends_with_status_2(run_command, flag):
    status, _, stderr = run_command("serve", flag)
    assert status == 2
    assert stderr.startswith("infogan-serve: error: ")
    assert stderr.count("\n") == 1


def test_help_names_the_flags_of_tensorflow_serving(run_command):
    status, stdout, _ = run_command("serve", "--help")
    assert status == 0
    for flag in (
        "port",
        "rest_api_port",
        "rest_api_timeout_in_ms",
        "model_name",
        "model_base_path",
        "model_config_file",
        "file_system_poll_wait_seconds",
        "enable_model_warmup",
        "grpc_max_threads",
        "rest_api_num_threads",
    ):
        assert f"--{flag}:" in stdout
