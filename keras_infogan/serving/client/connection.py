"""What the gRPC and the REST connections share: the address, the token and the proxy."""

import ipaddress

_MAXIMUM_PORT = 65535


def check_address(address: str) -> None:
    """Checks that an address is `HOST:PORT`.

    Raises:
        ValueError: for anything else.

    Examples:
        >>> check_address("127.0.0.1:8500")
    """
    scheme, separator, rest = str(address).partition("://")
    if separator and scheme.lower() in ("http", "https"):
        raise ValueError(
            f"A server's address should be HOST:PORT, without {scheme}://. Received: {address!r}"
        )
    host, _, port = str(address).rpartition(":")
    if not host or not (port.isascii() and port.isdigit() and 0 < int(port) <= _MAXIMUM_PORT):
        raise ValueError(f"A server's address should be HOST:PORT. Received: {address!r}")


def authorization(token: str) -> tuple[tuple[str, str], ...]:
    """Returns the headers that carry a token, none for an empty one.

    Examples:
        >>> authorization("secret")
        (('authorization', 'Bearer secret'),)
    """
    return (("authorization", f"Bearer {token}"),) if token else ()


def is_this_machine(address: str) -> bool:
    """Tells whether an address is a loopback address, which no proxy can reach.

    Examples:
        >>> is_this_machine("127.0.0.1:8500")
        True
    """
    host = address.rpartition(":")[0].strip("[]")
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
