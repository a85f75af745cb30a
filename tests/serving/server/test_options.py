import pytest

from keras_infogan.serving.protocol import config_protos
from keras_infogan.serving.server import options
from keras_infogan.serving.server.options import ServerOptions


def write(tmp_path, text):
    path = tmp_path / "some.config"
    path.write_text(text)
    return path


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


def test_an_ssl_config_needs_a_key_and_a_certificate(tmp_path):
    with pytest.raises(ValueError, match="should hold server_key and server_cert"):
        options.read_ssl_config(write(tmp_path, 'server_key: "KEY"'))
    text = 'server_key: "KEY" server_cert: "CERT" client_verify: true'
    with pytest.raises(ValueError, match="should hold custom_ca where client_verify is on"):
        options.read_ssl_config(write(tmp_path, text))
    assert options.read_ssl_config(write(tmp_path, text + ' custom_ca: "CA"')).client_verify


def test_a_monitoring_config_names_the_path(tmp_path):
    read = options.read_monitoring_path
    assert read(write(tmp_path, "prometheus_config { enable: false }")) == ""
    expected = "/monitoring/prometheus/metrics"
    assert read(write(tmp_path, "prometheus_config { enable: true }")) == expected
    assert read(write(tmp_path, 'prometheus_config { enable: true path: "/m" }')) == "/m"
    with pytest.raises(ValueError, match="should be a MonitoringConfig text proto"):
        read(write(tmp_path, "prometheus { }"))


def test_channel_arguments_are_numbers_where_they_look_so():
    assert options.parse_channel_arguments("a=1,b=x") == [("a", 1), ("b", "x")]
    assert options.parse_channel_arguments("") == []
    with pytest.raises(ValueError, match="should be NAME=VALUE,NAME=VALUE. Received: 'a'"):
        options.parse_channel_arguments("a")


def test_secrets_stand_in_no_log():
    ssl_config = config_protos.SSLConfig(server_key="the key", server_cert="the certificate")
    text = repr(ServerOptions(auth_token="the token", ssl_config=ssl_config))
    for secret in ("the token", "the key"):
        assert secret not in text


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("grpc_max_threads", 0),
        ("rest_api_num_threads", 0),
        ("grpc_max_connections", 0),
        ("grpc_read_timeout_in_ms", 0),
        ("max_open_streams", 0),
        ("max_pending_reloads", -1),
    ],
)
def test_limits_are_numbers_that_let_something_through(name, value):
    with pytest.raises(ValueError, match=f"{name} should .* Received: {value}"):
        ServerOptions(**{name: value})
