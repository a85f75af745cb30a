import pytest

from keras_infogan.serving.protocol import config_protos
from keras_infogan.serving.server import option_files
from keras_infogan.serving.server.options import ServerOptions


def write(tmp_path, text):
    path = tmp_path / "some.config"
    path.write_text(text)
    return path


def test_an_ssl_config_needs_a_key_and_a_certificate(tmp_path):
    with pytest.raises(ValueError, match="should hold server_key and server_cert"):
        option_files.read_ssl_config(write(tmp_path, 'server_key: "KEY"'))
    text = 'server_key: "KEY" server_cert: "CERT" client_verify: true'
    with pytest.raises(ValueError, match="should hold custom_ca where client_verify is on"):
        option_files.read_ssl_config(write(tmp_path, text))
    assert option_files.read_ssl_config(write(tmp_path, text + ' custom_ca: "CA"')).client_verify


def test_a_monitoring_config_names_the_path(tmp_path):
    read = option_files.read_monitoring_path
    assert read(write(tmp_path, "prometheus_config { enable: false }")) == ""
    expected = "/monitoring/prometheus/metrics"
    assert read(write(tmp_path, "prometheus_config { enable: true }")) == expected
    assert read(write(tmp_path, 'prometheus_config { enable: true path: "/m" }')) == "/m"
    with pytest.raises(ValueError, match="should be a MonitoringConfig text proto"):
        read(write(tmp_path, "prometheus { }"))


def test_channel_arguments_are_numbers_where_they_look_so():
    assert option_files.parse_channel_arguments("a=1,b=x") == [("a", 1), ("b", "x")]
    assert option_files.parse_channel_arguments("") == []
    with pytest.raises(ValueError, match="should be NAME=VALUE,NAME=VALUE. Received: 'a'"):
        option_files.parse_channel_arguments("a")


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


def test_a_token_is_read_without_its_line_end(tmp_path):
    path = tmp_path / "token"
    path.write_text(" secret\n")
    assert option_files.read_token(path) == "secret"
    path.write_text("\n")
    with pytest.raises(
        ValueError, match="--auth_token_file should hold a token. Received: .*empty"
    ):
        option_files.read_token(path)
    with pytest.raises(OSError, match="Cannot read --auth_token_file .*: No such file"):
        option_files.read_token(tmp_path / "nothing")
