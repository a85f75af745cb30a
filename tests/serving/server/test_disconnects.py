import json
import socket
import time

import httpx
import pytest

from keras_infogan.serving.repository.batching_options import BatchingOptions

ONE_AT_A_TIME = {
    "alone": {"rest_api_num_threads": 1},
    "batched": {"batching": BatchingOptions(max_batch_size=1, num_batch_threads=1)},
}
PATH = "/v1/models/digits:predict"


def begin(server, seed):
    """Sends a request over a connection of its own, and reads no answer."""
    body = json.dumps({"signature_name": "sample", "instances": [seed]})
    connection = socket.create_connection(("127.0.0.1", server.rest_api_port))
    head = f"POST {PATH} HTTP/1.1\r\nHost: localhost\r\nContent-Length: {len(body)}\r\n\r\n"
    connection.sendall((head + body).encode())
    return connection


@pytest.mark.parametrize("options", ONE_AT_A_TIME.values(), ids=ONE_AT_A_TIME)
def test_what_waits_is_dropped_when_its_connection_ends(start, slow_runs, options):
    server = start(**options)
    first = begin(server, 1)
    slow_runs.wait_for(1)
    leaving = [begin(server, 2) for _ in range(8)]
    time.sleep(0.5)
    for connection in leaving:
        connection.close()
    time.sleep(0.5)
    slow_runs.free.set()
    assert first.recv(12) == b"HTTP/1.1 200"
    first.close()
    url = f"http://127.0.0.1:{server.rest_api_port}{PATH}"
    answer = httpx.post(url, json={"signature_name": "sample", "instances": [4]})
    assert answer.json()["predictions"][0]["digit"] == 4
    assert slow_runs.seeds == [1, 4]


@pytest.mark.parametrize("options", ONE_AT_A_TIME.values(), ids=ONE_AT_A_TIME)
def test_what_waits_is_dropped_when_its_time_is_over(start, slow_runs, options):
    server = start(**options, rest_api_timeout_in_ms=500)
    held = begin(server, 1)
    slow_runs.wait_for(1)
    url = f"http://127.0.0.1:{server.rest_api_port}{PATH}"
    answer = httpx.post(url, json={"signature_name": "sample", "instances": [2]}, timeout=30)
    assert answer.status_code == 504
    slow_runs.free.set()
    answer = httpx.post(url, json={"signature_name": "sample", "instances": [4]}, timeout=30)
    assert answer.json()["predictions"][0]["digit"] == 4
    assert slow_runs.seeds == [1, 4]
    held.close()
