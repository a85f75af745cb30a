import socket

import pytest

from keras_infogan.serving.server import sockets


def test_port_0_is_a_free_port():
    with sockets.bind("127.0.0.1", 0) as one, sockets.bind("127.0.0.1", 0) as other:
        assert 0 < one.getsockname()[1] != other.getsockname()[1]


def test_a_port_in_use_is_named():
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(
            OSError, match=f"^Port {port} of 127.0.0.1 is in use by another program$"
        ):
            sockets.bind("127.0.0.1", port)


def test_a_host_that_is_not_this_machine_is_named():
    with pytest.raises(OSError, match="^Cannot listen on 192.0.2.1:0: "):
        sockets.bind("192.0.2.1", 0)


@pytest.mark.parametrize("port", [-1, 65536])
def test_a_number_that_is_no_port_is_refused(port):
    with pytest.raises(ValueError, match=rf"port should be in \[0, 65535\]. Received: {port}"):
        sockets.bind("127.0.0.1", port)


def test_an_ipv6_address_is_bracketed():
    assert sockets.join("127.0.0.1", 1) == "127.0.0.1:1"
    assert sockets.join("::1", 1) == "[::1]:1"


def test_connections_take_at_most_their_share_of_the_descriptors(monkeypatch):
    resource = pytest.importorskip("resource")
    monkeypatch.setattr(resource, "getrlimit", lambda kind: (256, 256))
    assert sockets.affordable_connections(1000) == 128
    assert sockets.affordable_connections(1000, share=3) == 85
    assert sockets.affordable_connections(5) == 5
    monkeypatch.setattr(resource, "getrlimit", lambda kind: (resource.RLIM_INFINITY,) * 2)
    assert sockets.affordable_connections(1000) == 1000
