import threading
import time

import httpx
import pytest

from keras_infogan.serving.server import http_connections

GET = b"GET /v1/models/digits HTTP/1.1\r\nHost: localhost\r\n"
POST = b"POST /v1/models/digits:predict HTTP/1.1\r\nHost: localhost\r\n"
CHUNKED = POST + b"Transfer-Encoding: chunked\r\n\r\n"
MEGABYTE = b"a" * 2**20
TOO_LARGE = "431 Request Header Fields Too Large"


def is_available(server, **arguments):
    url = f"http://127.0.0.1:{server.rest_api_port}/v1/models/digits"
    return httpx.get(url, timeout=20, **arguments).status_code == 200


def test_a_head_of_usual_size_passes(start, connect):
    server = start()
    assert is_available(server, headers={"X": "a" * 60_000})
    connection = connect(server)
    for byte in GET:
        connection.send(bytes([byte]))
    connection.send(b"X: a\r\n\r\n")
    assert connection.status() == "200 OK"


@pytest.mark.parametrize(
    "beginning",
    [
        GET + b"X: ",
        GET,
        b"GET /v1/models/",
        b"GET /v1/models/digits?",
        CHUNKED + b"0\r\nX: ",
        CHUNKED + b"1;",
        b"X" * 2**17,
        b"\r\n" * 2**17,
    ],
    ids=["header", "name", "url", "query", "trailer", "chunk extension", "method", "empty lines"],
)
def test_a_head_without_end_is_refused(start, connect, beginning):
    server = start(auth_token="secret")
    connection = connect(server)
    started = time.monotonic()
    connection.send(beginning, *[MEGABYTE] * 60)
    assert connection.status() in (TOO_LARGE, "400 Bad Request", "401 Unauthorized", "")
    assert time.monotonic() - started < 5
    assert is_available(server, headers={"Authorization": "Bearer secret"})


def test_a_refused_head_has_its_reason(start, connect):
    connection = connect(start(rest_api_max_header_bytes=1000))
    connection.send(GET + b"X: " + b"a" * 1000 + b"\r\n\r\n")
    answer = connection.socket.recv(65536)
    assert answer.startswith(b"HTTP/1.1 431 ")
    assert b"The head of a request should have at most 1000 bytes. Received: more" in answer


def test_many_small_headers_are_refused(start, connect):
    connection = connect(start())
    connection.send(GET + b"a:\r\n" * 3000 + b"\r\n")
    assert connection.status() == TOO_LARGE


def test_others_are_answered_while_a_head_without_end_arrives(serve, base_path, connect):
    """60 MB of header once held up all others for 12 seconds, and took 100 MB."""
    server = serve(f"--model_base_path={base_path}", "--model_name=digits")
    assert is_available(server)
    before = server.megabytes()
    connections = [connect(server) for _ in range(4)]
    senders = [
        threading.Thread(target=each.send, args=(GET + b"X: ", *[MEGABYTE] * 60))
        for each in connections
    ]
    for sender in senders:
        sender.start()
    slowest = 0.0
    while any(sender.is_alive() for sender in senders):
        started = time.monotonic()
        assert is_available(server)
        slowest = max(slowest, time.monotonic() - started)
    assert slowest < 3
    assert server.megabytes() - before < 40


@pytest.mark.parametrize("sent", [b"", b"GET /v1", GET], ids=["nothing", "half a line", "half"])
def test_a_silent_connection_ends(start, connect, sent):
    connection = connect(start(rest_api_read_timeout_in_ms=500))
    connection.send(sent)
    assert 0.3 < connection.seconds_open() < 5


def test_a_head_that_comes_little_by_little_ends(start, connect):
    connection = connect(start(rest_api_read_timeout_in_ms=500))
    ended = threading.Event()
    watcher = threading.Thread(target=lambda: (connection.seconds_open(), ended.set()))
    watcher.start()
    connection.send(GET + b"X: ")
    for _ in range(50):
        if ended.wait(0.1):
            break
        connection.send(b"a")
    assert ended.is_set()
    watcher.join()


def test_a_body_that_does_not_come_ends(start, connect):
    connection = connect(start(rest_api_read_timeout_in_ms=500, rest_api_timeout_in_ms=500))
    connection.send(POST + b"Content-Length: 100\r\n\r\n{")
    assert connection.status() == "504 Gateway Timeout"
    assert connection.seconds_open() < 5


def test_a_body_that_nobody_reads_ends(start, connect):
    connection = connect(start(auth_token="secret", rest_api_read_timeout_in_ms=500))
    connection.send(POST + b"Content-Length: 1000000000\r\n\r\n{")
    assert connection.status() == "401 Unauthorized"
    assert connection.seconds_open() < 5


def test_a_client_that_takes_no_response_ends(start, connect):
    server = start(rest_api_read_timeout_in_ms=500)
    connection = connect(server)
    request = GET.replace(b"digits", b"digits/metadata") + b"\r\n"
    body = b'{"signature_name": "sample", "instances": [%s]}' % b",".join([b"3"] * 50_000)
    connection.send(POST + b"Content-Length: %d\r\n\r\n" % len(body) + body)
    connection.send(request)
    time.sleep(4)
    received = 0
    try:
        while part := connection.socket.recv(2**20):
            received += len(part)
    except ConnectionError:
        pass
    assert received < 30_000_000  # the whole is longer


def test_silent_connections_shut_nobody_out(start, connect):
    """260 of them once shut out all where a process may have 256 descriptors."""
    server = start(rest_api_max_connections=20)
    silent = [connect(server) for _ in range(60)]
    assert is_available(server)
    assert silent[0].seconds_open() < 1  # the oldest


def test_a_connection_with_a_request_is_not_the_one_that_ends(start, connect, slow_runs):
    server = start(rest_api_max_connections=5)
    busy = connect(server)
    body = b'{"signature_name": "sample", "instances": [3]}'
    busy.send(POST + b"Content-Length: %d\r\n\r\n" % len(body) + body)
    slow_runs.wait_for(1)
    silent = [connect(server) for _ in range(20)]
    assert is_available(server)
    slow_runs.free.set()
    assert busy.status() == "200 OK"
    assert silent[0].seconds_open() < 1


def test_a_newcomer_ends_where_all_have_requests(start, connect, slow_runs):
    server = start(rest_api_max_connections=2)
    body = b'{"signature_name": "sample", "instances": [3]}'
    busy = [connect(server) for _ in range(2)]
    for connection in busy:
        connection.send(POST + b"Content-Length: %d\r\n\r\n" % len(body) + body)
    slow_runs.wait_for(2)
    assert connect(server).seconds_open() < 1
    slow_runs.free.set()
    assert [connection.status() for connection in busy] == ["200 OK"] * 2


def test_many_requests_in_advance_are_refused(start, connect):
    connection = connect(start())
    connection.send((GET + b"\r\n") * (http_connections.MAXIMUM_PIPELINED + 50))
    assert connection.everything().count(b"HTTP/1.1 200") <= http_connections.MAXIMUM_PIPELINED


def test_a_few_requests_in_advance_are_answered(start, connect):
    connection = connect(start())
    connection.send((GET + b"\r\n") * 5)
    received = b""
    while received.count(b"HTTP/1.1 200") < 5:
        received += connection.socket.recv(65536)


def test_a_trailer_changes_no_header(start, connect):
    body = b'{"signature_name": "sample", "instances": [3]}'
    connection = connect(start())
    connection.send(CHUNKED + b"%x\r\n%s\r\n0\r\n" % (len(body), body))
    connection.send(b"Content-Encoding: br\r\n\r\n")
    assert connection.status() == "200 OK"


def test_a_chunked_body_that_goes_on_after_its_response_ends(start, connect):
    """20 strangers with bodies of tiny chunks once kept others waiting for 7 seconds."""
    connection = connect(start(auth_token="secret"))
    head = b"POST /v1/models/digits:predict HTTP/1.1\r\nHost: localhost\r\n"
    connection.send(head + b"Transfer-Encoding: chunked\r\n\r\n")
    assert connection.status() == "401 Unauthorized"
    connection.send(b"1\r\n \r\n" * (http_connections.MAXIMUM_UNREAD_CHUNKS // 2))
    connection.socket.settimeout(0.5)
    with pytest.raises(TimeoutError):
        connection.socket.recv(65536)
    connection.socket.settimeout(20)
    connection.send(b"1\r\n \r\n" * http_connections.MAXIMUM_UNREAD_CHUNKS)
    assert connection.seconds_open() < 5
