"""What the gRPC and the REST connections share: the token and the proxy."""

import ipaddress


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
