import itertools
import shutil
import socket
import threading
import time

import pytest
from tensorflow_serving.apis import model_pb2

from keras_infogan.serving import Client, EmbeddedServer
from keras_infogan.serving.protocol.errors import StatusError
from keras_infogan.serving.repository.servable import Servable

BACKGROUND = (slice(None), -1, -1, -1)  # the pixel that tells the two versions apart


def wait_until(is_true, timeout=20.0):
    deadline = time.monotonic() + timeout
    while not is_true():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.02)


def test_new_versions_take_over_without_a_failed_request(
    base_path, saved_model, brighter_saved_model
):
    with EmbeddedServer({"digits": base_path}, file_system_poll_wait_seconds=0.05) as server:
        answers, failures, stop = [], [], threading.Event()

        def ask():
            with Client(f"127.0.0.1:{server.port}", "digits") as client:
                for seed in itertools.count():
                    if stop.is_set():
                        return
                    try:
                        answers.append(float(client.sample(seed)["image"][BACKGROUND][0]))
                    except StatusError as error:
                        failures.append(error)

        threads = [threading.Thread(target=ask) for _ in range(3)]
        for thread in threads:
            thread.start()
        wait_until(lambda: 0.5 in answers)
        # Published as required: written under another name, then renamed.
        shutil.copytree(brighter_saved_model, base_path / ".tmp-2")
        (base_path / ".tmp-2").rename(base_path / "2")
        wait_until(lambda: 1.0 in answers)
        (base_path / "3").mkdir()  # fails to load, and changes nothing
        time.sleep(0.3)
        stop.set()
        for thread in threads:
            thread.join()
        assert not failures
        assert set(answers) == {0.5, 1.0}
        assert answers[-1] == 1.0


def test_several_models_are_served(base_path, brighter_saved_model, tmp_path):
    shutil.copytree(brighter_saved_model, tmp_path / "bright" / "7")
    with EmbeddedServer({"digits": base_path, "bright": tmp_path / "bright"}) as server:
        for name, background in (("digits", 0.5), ("bright", 1.0)):
            with Client(f"127.0.0.1:{server.port}", name) as client:
                assert client.sample(0)["image"][BACKGROUND][0] == background


def test_events_are_reported(base_path):
    events = []
    with EmbeddedServer({"digits": base_path}, report=events.append):
        assert events == ["model digits: version 1 available"]


@pytest.mark.parametrize("argument", ["port", "rest_api_port"])
def test_a_port_in_use_is_named(base_path, argument):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        server = EmbeddedServer({"digits": base_path}, **{argument: port})
        with pytest.raises(
            OSError, match=f"^Port {port} of 127.0.0.1 is in use by another program"
        ):
            server.start()


def test_two_servers_do_not_share_a_port(base_path, server):
    other = EmbeddedServer({"digits": base_path}, port=server.port)
    with pytest.raises(OSError, match="is in use by another program"):
        other.start()


def test_an_address_of_another_machine_is_refused(base_path):
    with pytest.raises(OSError, match="^Cannot listen on 192.0.2.1:0: "):
        EmbeddedServer({"digits": base_path}, host="192.0.2.1").start()


def test_one_of_the_two_apis_can_be_left_out(base_path):
    with EmbeddedServer({"digits": base_path}, rest_api_port=None) as server:
        assert server.port
        with pytest.raises(RuntimeError, match="offers no REST"):
            _ = server.rest_api_port
    with EmbeddedServer({"digits": base_path}, port=None) as server:
        with Client(f"127.0.0.1:{server.rest_api_port}", "digits", protocol="rest") as client:
            assert client.sample(3)["digit"].tolist() == [3]


def test_ports_must_make_sense(base_path):
    with pytest.raises(ValueError, match="should have a gRPC port or a REST port"):
        EmbeddedServer({"digits": base_path}, None, None)
    with pytest.raises(ValueError, match="ports should differ. Received: 8500 twice"):
        EmbeddedServer({"digits": base_path}, 8500, 8500)


def test_a_server_that_cannot_load_frees_its_ports(base_path):
    shutil.rmtree(base_path / "1" / "variables")
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    for _ in range(2):
        with pytest.raises(RuntimeError, match="failed to load"):
            EmbeddedServer({"digits": base_path}, port).start()


@pytest.mark.parametrize("protocol", ["grpc", "rest"])
def test_stopping_finishes_what_is_in_flight(base_path, monkeypatch, protocol):
    run, running = Servable.run, threading.Event()

    def run_slowly(self, *arguments):
        running.set()
        time.sleep(0.4)
        return run(self, *arguments)

    monkeypatch.setattr(Servable, "run", run_slowly)
    server = EmbeddedServer({"digits": base_path})
    server.start()
    port = server.port if protocol == "grpc" else server.rest_api_port
    answers = []
    with Client(f"127.0.0.1:{port}", "digits", protocol=protocol) as client:
        client.signatures()
        asking = threading.Thread(target=lambda: answers.append(client.sample(3)["digit"][0]))
        asking.start()
        assert running.wait(timeout=20.0)
        server.stop()
        asking.join()
    assert answers == [3]


def test_a_run_that_outlives_the_grace_is_not_waited_for(base_path, monkeypatch):
    run, running, free = Servable.run, threading.Event(), threading.Event()

    def run_slowly(self, *arguments):
        running.set()
        assert free.wait(30)
        return run(self, *arguments)

    monkeypatch.setattr(Servable, "run", run_slowly)
    server = EmbeddedServer({"digits": base_path})
    server.start()
    with Client(f"127.0.0.1:{server.port}", "digits", timeout=30.0, retries=0) as client:
        client.signatures()
        failures = []

        def ask():
            try:
                client.sample(3)
            except StatusError as error:
                failures.append(error)

        asking = threading.Thread(target=ask)
        asking.start()
        assert running.wait(timeout=20.0)
        started = time.monotonic()
        server.stop(grace=0.2)
        assert time.monotonic() - started < 10
        asking.join()
        assert len(failures) == 1
        version = server.repository.statuses(model_pb2.ModelSpec(name="digits"))[0]
        assert version.state == version.UNLOADING  # the run holds it
        free.set()
        wait_until(
            lambda: (
                server.repository.statuses(model_pb2.ModelSpec(name="digits"))[0].state
                == version.END
            )
        )


def test_a_stopped_server_answers_no_more(base_path):
    with EmbeddedServer({"digits": base_path}) as server:
        address = f"127.0.0.1:{server.port}"
    with Client(address, "digits", timeout=5.0) as client:
        with pytest.raises(StatusError, match="No gRPC server answers"):
            client.sample(0)


@pytest.mark.skipif(not socket.has_ipv6, reason="Python was built without IPv6")
def test_ipv6(base_path):
    try:
        socket.create_server(("::1", 0), family=socket.AF_INET6).close()
    except OSError as error:
        pytest.skip(f"this machine has no IPv6 loopback: {error}")
    with EmbeddedServer({"digits": base_path}, host="::1") as server:
        for protocol, port in (("grpc", server.port), ("rest", server.rest_api_port)):
            with Client(f"[::1]:{port}", "digits", protocol=protocol) as client:
                assert client.sample(3)["digit"].tolist() == [3]
