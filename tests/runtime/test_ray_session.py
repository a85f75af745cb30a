"""What needs no session; `tests/cli/test_study.py` starts one."""

import socket

import pytest

from keras_infogan.runtime import ray_session


@pytest.mark.parametrize("address", ["here", "127.0.0.1:first", "127.0.0.1:{port}"])
def test_a_wrong_address_is_named_at_once(address):
    pytest.importorskip("ray")
    with socket.socket() as taken:  # nobody else can listen at its port, and it does not
        taken.bind(("127.0.0.1", 0))
        address = address.format(port=taken.getsockname()[1])
        with pytest.raises(ConnectionError, match=f"HOST:PORT of a Ray .* Received: '{address}'"):
            with ray_session.session(address):
                pass
