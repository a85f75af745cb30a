import contextlib
import socket
import threading
import time

import pytest

from keras_infogan.runs import rendezvous


@pytest.fixture
def addresses():
    with contextlib.ExitStack() as stack:
        sockets = [stack.enter_context(socket.socket()) for _ in range(3)]
        for each in sockets:
            each.bind(("127.0.0.1", 0))
        return [f"127.0.0.1:{each.getsockname()[1]}" for each in sockets]


def in_thread(*arguments):
    outcome = []

    def run():
        try:
            outcome.append(rendezvous.wait_for_processes(*arguments))
        except OSError as error:
            outcome.append(error)

    thread = threading.Thread(target=run)
    thread.start()
    return thread, outcome


def test_all_start_once_the_last_has_come(addresses):
    early = [in_thread(addresses, index, 30.0) for index in (0, 1)]
    time.sleep(0.5)
    assert all(thread.is_alive() for thread, _ in early)
    for thread, outcome in [*early, in_thread(addresses, 2, 30.0)]:
        thread.join()
        assert outcome == [None]
    with socket.create_server(("127.0.0.1", int(addresses[1].rpartition(":")[2]))):
        pass  # the port is free again


def test_those_who_came_hear_of_the_one_who_did_not(addresses):
    first, second = (in_thread(addresses, index, 0.5) for index in (0, 1))
    for (thread, outcome), message in (
        (first, f"no worker came at {addresses[2]}$"),
        (second, f"the first worker, {addresses[0]}, did not find all others$"),
    ):
        thread.join()
        with pytest.raises(TimeoutError, match=message):
            raise outcome[0]


def test_another_program_at_an_address_is_no_worker(addresses):
    with socket.create_server(("127.0.0.1", int(addresses[1].rpartition(":")[2]))) as server:
        thread, outcome = in_thread(addresses[:2], 0, 0.1)
        with server.accept()[0] as connection:
            connection.sendall(b"HTTP/1.1 400 Bad Request")
        thread.join()
        assert isinstance(outcome[0], TimeoutError)
        with pytest.raises(OSError, match=f"{addresses[1]} cannot be listened at: Address already"):
            rendezvous.wait_for_processes(addresses, 1, 1.0)
