import pytest

from keras_infogan.serving import Client


def test_a_protocol_is_one_of_two():
    with pytest.raises(ValueError, match="protocol should be 'grpc' or 'rest'. Received: 'http'"):
        Client("host:1", "digits", protocol="http")


def test_credentials_are_for_grpc():
    with pytest.raises(ValueError, match="REST is not encrypted"):
        Client("127.0.0.1:8501", "digits", protocol="rest", credentials=object())


@pytest.mark.parametrize("version", ["1", 1.5, -1, True, 2**63])
def test_a_version_is_a_number(version):
    with pytest.raises(ValueError, match="`version` should be "):
        Client("127.0.0.1:8500", "digits", version=version)


@pytest.mark.parametrize("protocol", ["grpc", "rest"])
def test_a_token_without_encryption_is_said(protocol):
    with pytest.warns(UserWarning, match="The token goes to 10.0.0.1:1 without encryption"):
        Client("10.0.0.1:1", "digits", protocol=protocol, token="secret").close()
    Client("127.0.0.1:1", "digits", protocol=protocol, token="secret").close()
    Client("10.0.0.1:1", "digits", protocol=protocol).close()
