import asyncio
import gzip
import random
import threading
import time
import zlib

import grpc
import httpx
import pytest
from starlette.requests import Request

from keras_infogan.serving.protocol import json_bodies, packed_bytes
from keras_infogan.serving.protocol.errors import StatusError
from keras_infogan.serving.server import rest_bodies, rest_calls

PATH = "/v1/models/digits:predict"
POST = f"POST {PATH} HTTP/1.1\r\nHost: localhost\r\n".encode()
MEGABYTE = 2**20


def make_request(*chunks, headers=()):
    messages = [{"type": "http.request", "body": chunk, "more_body": True} for chunk in chunks]
    messages.append({"type": "http.request", "body": b"", "more_body": False})

    async def receive():
        return messages.pop(0)

    return Request({"type": "http", "method": "POST", "headers": list(headers)}, receive)


def read(*chunks, maximum=10, headers=()):
    counted = []
    request = make_request(*chunks, headers=headers)
    return asyncio.run(rest_bodies.read(request, maximum, counted.append)), counted


def test_a_body_is_counted_as_it_comes():
    body, counted = read(b"ab", b"cde")
    assert bytes(body) == b"abcde"
    assert counted[:2] == [2, 3]


@pytest.mark.parametrize(
    ("chunks", "length"), [([b"a" * 6] * 2, None), ([], b"11"), ([], b"1" * 5000)]
)
def test_more_bytes_are_refused(chunks, length):
    headers = [(b"content-length", length)] if length else []
    with pytest.raises(StatusError, match="should have at most 10 bytes. Received: more"):
        read(*chunks, headers=headers)


@pytest.mark.parametrize(
    ("encoding", "packed"), [("", False), (" Identity", False), ("gzip", True), ("br", True)]
)
def test_what_is_packed(encoding, packed):
    assert rest_bodies.is_packed(encoding) is packed


def test_unpacking_stops_at_the_limit():
    packed = gzip.compress(b" " * 1000)
    counts = []
    assert rest_bodies.unpack(packed, "GZIP", 1000, counts.append) == b" " * 1000
    with pytest.raises(StatusError, match="at most 999 bytes"):
        rest_bodies.unpack(packed, "gzip", 999, counts.append)
    assert counts == [1000]


def test_each_piece_is_counted_before_the_next_is_unpacked():
    counts, size = [], 5 * packed_bytes.PIECE_BYTES + 1
    packed = gzip.compress(b" " * size)
    assert len(rest_bodies.unpack(packed, "gzip", size, counts.append)) == size
    assert sum(counts) == size and max(counts) <= packed_bytes.PIECE_BYTES

    def refuse(count):
        counts.append(count)
        raise StatusError(grpc.StatusCode.RESOURCE_EXHAUSTED, "too many")

    counts.clear()
    with pytest.raises(StatusError, match="too many"):
        rest_bodies.unpack(packed, "gzip", size, refuse)
    assert len(counts) == 1


@pytest.mark.parametrize("size", [0, 1, 2**14, 10**6])
def test_a_packed_body_of_any_size_is_read(size):
    plain = random.Random(0).randbytes(size)
    packed = gzip.compress(plain)
    assert rest_bodies.unpack(packed, "gzip", max(size, 1), lambda count: None) == plain
    for wrong in (packed[:-1], packed + b"a", packed + packed, packed + b" " * 2**15, b""):
        with pytest.raises(StatusError, match="should be one whole gzip. Received: less or more"):
            rest_bodies.unpack(wrong, "gzip", max(size, 1), lambda count: None)


def bomb(beginning, size):
    """A gzip body that begins with some bytes, and has many."""
    packer = zlib.compressobj(9, wbits=31)
    parts = [packer.compress(beginning)]
    parts += [packer.compress(b"[" * MEGABYTE) for _ in range(size // MEGABYTE)]
    return b"".join([*parts, packer.flush()])


def test_a_small_gzip_stays_small(serve, base_path):
    """0.6 MB once became 600 MB: 33 seconds, 5.7 GB, and a response of 600 MB."""
    server = serve(f"--model_base_path={base_path}", "--model_name=digits")
    before = server.megabytes()
    url = f"http://127.0.0.1:{server.rest_api_port}{PATH}"
    for beginning in (b'{"signature_name": "', b"["):
        started = time.monotonic()
        content = bomb(beginning, 600 * MEGABYTE)
        answer = httpx.post(url, content=content, headers={"Content-Encoding": "gzip"}, timeout=60)
        assert answer.status_code == 429
        assert time.monotonic() - started < 10
    assert server.megabytes() - before < 500


def test_a_response_quotes_no_megabytes(start):
    url = f"http://127.0.0.1:{start().rest_api_port}{PATH}"
    body = b'{"signature_name": "' + b"a" * 2 * MEGABYTE + b'", "instances": [1]}'
    answer = httpx.post(url, content=body, timeout=60)
    assert answer.status_code == 400
    assert len(answer.content) < 10_000
    assert answer.json()["error"].endswith("...TRUNCATED")


def test_unfinished_uploads_stay_within_the_limit_of_requests(serve, base_path, connect):
    """20 of 50 MB once took 1 GB, with a limit of 2 requests."""
    server = serve(
        f"--model_base_path={base_path}", "--model_name=digits", "--max_concurrent_requests=2"
    )
    before = server.megabytes()
    connections = [connect(server) for _ in range(20)]
    head = POST + b"Content-Length: %d\r\n\r\n" % (51 * MEGABYTE)
    senders = [
        threading.Thread(target=each.send, args=(head, *[b" " * MEGABYTE] * 50))
        for each in connections
    ]
    for sender in senders:
        sender.start()
    highest = before
    while any(sender.is_alive() for sender in senders):
        highest = max(highest, server.megabytes())
        time.sleep(0.05)
    assert highest - before < 300


def test_all_uploads_together_are_limited(start, connect):
    server = start(rest_api_max_bytes_in_progress=MEGABYTE)
    first, second = connect(server), connect(server)
    for connection in (first, second):
        connection.send(POST + b"Content-Length: %d\r\n\r\n" % (MEGABYTE + 10))
    first.send(b" " * MEGABYTE)
    time.sleep(0.5)
    second.send(b" " * 100)
    assert second.status() == "429 Too Many Requests"
    first.send(b" " * 10)
    assert first.status() == "400 Bad Request"


def test_a_body_has_a_limit_of_its_own(start, connect):
    server = start(rest_api_max_body_bytes=MEGABYTE)
    url = f"http://127.0.0.1:{server.rest_api_port}{PATH}"
    body = b'{"signature_name": "sample", "instances": [3]}'
    assert httpx.post(url, content=body.ljust(MEGABYTE), timeout=60).status_code == 200
    for content, headers in (
        (body.ljust(MEGABYTE + 1), {}),
        (gzip.compress(body.ljust(MEGABYTE + 1)), {"Content-Encoding": "gzip"}),
    ):
        answer = httpx.post(url, content=content, headers=headers, timeout=60)
        assert answer.status_code == 429
        assert f"at most {MEGABYTE} bytes" in answer.json()["error"]


def test_few_large_bodies_are_parsed_at_a_time(start, monkeypatch):
    parse_now, lock, running, most = json_bodies.parse_body, threading.Lock(), [0], [0]

    def parse(body):
        with lock:
            running[0] += 1
            most[0] = max(most[0], running[0])
        time.sleep(0.1)
        with lock:
            running[0] -= 1
        return parse_now(body)

    monkeypatch.setattr(json_bodies, "parse_body", parse)
    url = f"http://127.0.0.1:{start().rest_api_port}{PATH}"
    small = b'{"signature_name": "sample", "instances": [3]}'

    def ask_at_once(body):
        most[0] = 0
        statuses = []
        threads = [
            threading.Thread(
                target=lambda: statuses.append(httpx.post(url, content=body).status_code)
            )
            for _ in range(8)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert statuses == [200] * 8
        return most[0]

    assert ask_at_once(small.ljust(rest_calls.LARGE_BODY_BYTES + 1)) == 2
    assert ask_at_once(small) > 2
