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
        ({"rest_api_max_connections": 0}, "rest_api_max_connections should be positive"),
        ({"rest_api_max_header_bytes": 0}, "rest_api_max_header_bytes should be positive"),
        ({"rest_api_read_timeout_in_ms": 0}, "rest_api_read_timeout_in_ms should be positive"),
        ({"rest_api_max_bytes_in_progress": 0}, "rest_api_max_bytes_in_progress should be"),
        ({"max_unpacked_bytes": 0}, "max_unpacked_bytes should be positive"),
        ({"max_request_bytes": 2**31}, "max_request_bytes should be at most 2147483647"),
        ({"monitoring_path": "metrics"}, "should start with '/'. Received: 'metrics'"),
    ],
)
def test_settings_out_of_range_are_refused(given, text):
    with pytest.raises(ValueError, match=text):
        ServerOptions(**given)
