import pytest

from keras_infogan.serving.server.options import ServerOptions


def test_without_a_token_everybody_is_admitted():
    assert ServerOptions().admits("")


@pytest.mark.parametrize(
    ("authorization", "admitted"),
    [
        ("Bearer secret", True),
        ("Bearer Secret", False),
        ("secret", False),
        ("", False),
        ("Bearer ", False),
        ("Bearer \u00e9", False),
    ],
)
def test_a_token_must_be_brought(authorization, admitted):
    assert ServerOptions(auth_token="secret").admits(authorization) is admitted


@pytest.mark.parametrize(
    ("host", "beyond"),
    [("127.0.0.1", False), ("localhost", False), ("::1", False), ("0.0.0.0", True)],
)
def test_loopback_is_told_from_the_rest(host, beyond):
    assert ServerOptions(host=host).listens_beyond_loopback is beyond


@pytest.mark.parametrize(
    ("given", "text"),
    [
        ({"max_concurrent_requests": 0}, "max_concurrent_requests should be positive"),
        ({"max_request_bytes": 2**31}, "max_request_bytes should be at most 2147483647"),
        ({"monitoring_path": "metrics"}, "should start with '/'. Received: 'metrics'"),
    ],
)
def test_settings_out_of_range_are_refused(given, text):
    with pytest.raises(ValueError, match=text):
        ServerOptions(**given)
