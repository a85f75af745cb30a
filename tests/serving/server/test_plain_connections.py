import pytest

from keras_infogan.serving.server import http_connections

GET = b"GET /v1/models/digits HTTP/1.1\r\nHost: localhost\r\n"
POST = b"POST /v1/models/digits:predict HTTP/1.1\r\nHost: localhost\r\n"
SAMPLE = b'{"signature_name": "sample", "instances": [3]}'
LENGTH = b"Content-Length: %d\r\n" % len(SAMPLE)
# As Java's HttpClient sends it with each request.
JAVA = (
    b"Connection: Upgrade, HTTP2-Settings\r\n%sHTTP2-Settings: AAEAAEAAAAIAAAABAAMAAABk\r\n"
    b"Upgrade: h2c\r\nUser-Agent: Java-http-client/21.0.2\r\nContent-Type: application/json\r\n\r\n"
)


def answers(connection, count):
    """Receives so many responses."""
    received = b""
    while received.count(b"HTTP/1.1 ") < count or not received.endswith(b"}"):
        part = connection.socket.recv(65536)
        assert part, received
        received += part
    return received


UPGRADES = {
    "java": JAVA,
    "websocket": b"Connection: Upgrade\r\nUpgrade: websocket\r\n%s\r\n",
    "tls": b"%sUPGRADE: TLS/1.0, HTTP/2.0\r\nconnection: keep-alive, upgrade\r\n\r\n",
    "unasked": b"Upgrade: h2c\r\n%s\r\n",
}


@pytest.mark.parametrize("headers", UPGRADES.values(), ids=UPGRADES)
def test_a_wish_for_another_protocol_is_ignored(start, connect, headers):
    """Java's HttpClient has it in each request, whose body once was lost."""
    connection = connect(start())
    request = POST + headers % LENGTH + SAMPLE
    for _ in range(2):
        connection.send(request)
        answer = answers(connection, 1)
        assert answer.startswith(b"HTTP/1.1 200 OK")
        assert b'"digit":3' in answer
        connection.send(GET + headers % b"")
        assert b"AVAILABLE" in answers(connection, 1)
    connection.send((request + GET + headers % b"") * 5)
    answer = answers(connection, 10)
    assert answer.count(b"HTTP/1.1 200 OK") == 10
    assert answer.count(b'"digit":3') == answer.count(b"AVAILABLE") == 5


def test_a_wish_for_another_protocol_may_come_byte_by_byte(start, connect):
    connection = connect(start())
    chunked = b"Transfer-Encoding: chunked\r\n"
    body = b"%x\r\n%s\r\n0\r\nX: a\r\n\r\n" % (len(SAMPLE), SAMPLE)
    for byte in POST + JAVA % chunked + body:
        connection.send(bytes([byte]))
    assert b'"digit":3' in answers(connection, 1)


def test_a_wish_for_another_protocol_keeps_the_rest_of_the_head(start, connect):
    connection = connect(start(auth_token="secret"))
    connection.send(POST + JAVA % LENGTH + SAMPLE)
    assert connection.status() == "401 Unauthorized"
    token = b"Authorization: Bearer secret\r\nExpect: 100-continue\r\n"
    connection.send(POST + JAVA % (LENGTH + token))
    assert connection.status() == "100 Continue"
    connection.send(SAMPLE)
    assert connection.status() == "200 OK"


def test_a_connection_that_closes_ignores_another_protocol_too(start, connect):
    connection = connect(start())
    connection.send(POST + b"Connection: close, Upgrade\r\nUpgrade: h2c\r\n")
    connection.send(LENGTH + b"\r\n" + SAMPLE)
    assert connection.status() == "200 OK"
    assert connection.seconds_open() < 1


def test_the_head_of_a_wish_for_another_protocol_has_limits(start, connect):
    server = start(rest_api_max_header_bytes=1000)
    for headers in (
        JAVA % (b"X: " + b"a" * 1000 + b"\r\n"),
        b"Upgrade: %s\r\n\r\n" % (b"a" * 1000),
    ):
        connection = connect(server)
        connection.send(POST + headers)
        assert connection.status() == "431 Request Header Fields Too Large"
    connection = connect(server)
    connection.send(POST + JAVA % LENGTH + SAMPLE)
    assert connection.status() == "200 OK"


def test_many_wishes_for_another_protocol_in_advance_are_refused(start, connect):
    connection = connect(start())
    connection.send((GET + JAVA % b"") * (http_connections.MAXIMUM_PIPELINED + 50))
    assert connection.everything().count(b"HTTP/1.1 200") <= http_connections.MAXIMUM_PIPELINED


def test_a_tunnel_is_refused(start, connect):
    connection = connect(start())
    connection.send(b"CONNECT localhost:80 HTTP/1.1\r\nHost: localhost\r\n\r\n")
    assert connection.status() == "400 Bad Request"
