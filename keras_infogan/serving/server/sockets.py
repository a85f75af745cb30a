"""Listening sockets, and one sentence for each way in which they fail."""

import errno
import socket
import sys

MAXIMUM_PORT = 65535


def join(host: str, port: int) -> str:
    """Writes an address as `HOST:PORT`, an IPv6 one as `[HOST]:PORT`.

    Examples:
        >>> join("::1", 8500)
        '[::1]:8500'
    """
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"


def bind(host: str, port: int) -> socket.socket:
    """Binds a TCP socket that nobody else listens on.

    Args:
        host: an IPv4 or IPv6 address, or a name that resolves to one.
        port: the port; 0 takes a free one.

    Returns:
        The socket, bound and not yet listening.

    Raises:
        ValueError: for a number that is no port.
        OSError: when the port is in use or not permitted, or the host is not this machine's.

    Examples:
        >>> with bind("127.0.0.1", 0) as listener:
        ...     listener.getsockname()[1] > 0   # a free port
        True
    """
    if not 0 <= port <= MAXIMUM_PORT:
        raise ValueError(f"A port should be in [0, {MAXIMUM_PORT}]. Received: {port}")
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
    except socket.gaierror as error:
        raise OSError(f"Cannot listen on {join(host, port)}: {error}") from error
    listener = socket.socket(family, kind, protocol)
    # A restarted server must not wait for its predecessor's closed connections to expire.
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind(address)
    except OSError as error:
        listener.close()
        if error.errno == errno.EADDRINUSE:
            raise in_use(host, port) from error
        raise OSError(f"Cannot listen on {join(host, port)}: {error.strerror}") from error
    return listener


def in_use(host: str, port: int) -> OSError:
    """Returns the error for a port that another program listens on."""
    return OSError(f"Port {port} of {host} is in use by another program")


def affordable_connections(wanted: int, share: int = 2) -> int:
    """Returns how many connections a server may keep open with the descriptors that it has.

    Args:
        wanted: more are never returned.
        share: the part of the descriptors that they may take: 2 is a half, 3 a third. Files and
            the other server need the others.

    Examples:
        >>> affordable_connections(3)
        3
    """
    if sys.platform == "win32":
        return wanted
    import resource

    descriptors, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    if descriptors == resource.RLIM_INFINITY:
        return wanted
    return max(1, min(wanted, descriptors // share))
