import pytest

from keras_infogan.serving.client import connection


@pytest.mark.parametrize("address", ["localhost", ":8500", "host:", "host:http", "host:99999", ""])
def test_an_address_is_host_and_port(address):
    with pytest.raises(ValueError, match="address should be HOST:PORT. Received: "):
        connection.check_address(address)


@pytest.mark.parametrize("address", ["http://127.0.0.1:8501", "HTTPS://models.example:443"])
def test_an_address_has_no_scheme(address):
    scheme = address.partition(":")[0]
    with pytest.raises(ValueError, match=f"HOST:PORT, without {scheme}://. Received: '{address}'"):
        connection.check_address(address)


@pytest.mark.parametrize("address", ["127.0.0.1:8500", "[::1]:8500", "dns:///models.example:8500"])
def test_an_address_of_a_server(address):
    connection.check_address(address)


@pytest.mark.parametrize(
    ("address", "is_here"),
    [("localhost:1", True), ("[::1]:1", True), ("127.9.9.9:1", True), ("10.0.0.1:1", False)],
)
def test_this_machine(address, is_here):
    assert connection.is_this_machine(address) is is_here


def test_a_token_is_a_header():
    assert connection.authorization("secret") == (("authorization", "Bearer secret"),)
    assert connection.authorization("") == ()
