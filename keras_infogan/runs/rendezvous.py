"""Waits until all processes of a job have started, before TensorFlow connects them.

TensorFlow itself waits without a timeout. While it waits it holds Python's global lock, so no
thread can watch it and Ctrl-C has no effect.
"""

from __future__ import annotations

import contextlib
import socket
import time
from collections.abc import Sequence

GREETING = b"keras_infogan worker"
START = b"start"
RETRY_SECONDS = 0.2
ANSWER_SECONDS = 2.0  # for a process to send its greeting


def wait_for_processes(addresses: Sequence[str], index: int, timeout: float) -> None:
    """Waits until all processes of a job have started; returns in all of them.

    Each process but the first listens at its address. The first connects to all of them and then
    tells them to start. All ports are free again afterwards.

    Args:
        addresses: "HOST:PORT" of each process.
        index: of this process in `addresses`.
        timeout: in seconds.

    Raises:
        TimeoutError: a process did not start in time.
        OSError: this process cannot listen at its address.

    Examples:
        >>> addresses = ["10.0.0.1:2222", "10.0.0.2:2222"]
        >>> wait_for_processes(addresses, index=0, timeout=300.0)   # doctest: +SKIP
    """
    deadline = time.monotonic() + timeout
    if index == 0:
        _connect_to_others(addresses[1:], deadline)
    else:
        _listen(addresses[index], addresses[0], deadline)


def _connect_to_others(addresses: Sequence[str], deadline: float) -> None:
    missing = list(addresses)
    with contextlib.ExitStack() as stack:
        connections = []
        while missing:
            for address in list(missing):
                if connection := _greeted(address):
                    connections.append(stack.enter_context(connection))
                    missing.remove(address)
            if missing and time.monotonic() > deadline:
                raise TimeoutError(f"no worker came at {', '.join(missing)}")
            time.sleep(RETRY_SECONDS if missing else 0.0)
        for connection in connections:
            connection.sendall(START)


def _greeted(address: str) -> socket.socket | None:
    """A connection to a process of this package, which sends the greeting; else None."""
    try:
        connection = socket.create_connection(_split(address), ANSWER_SECONDS)
    except OSError:
        return None
    with contextlib.suppress(OSError):
        if connection.recv(len(GREETING), socket.MSG_WAITALL) == GREETING:
            return connection
    connection.close()
    return None


def _listen(address: str, first: str, deadline: float) -> None:
    try:
        listener = socket.create_server(("", _split(address)[1]))
    except OSError as error:
        raise OSError(f"{address} cannot be listened at: {error.strerror}") from error
    with listener:
        while (left := deadline - time.monotonic()) > 0:
            listener.settimeout(left)
            with contextlib.suppress(OSError), listener.accept()[0] as connection:
                connection.settimeout(left)
                connection.sendall(GREETING)
                if connection.recv(len(START), socket.MSG_WAITALL) == START:
                    return
    raise TimeoutError(f"the first worker, {first}, did not find all others")


def _split(address: str) -> tuple[str, int]:
    host, _, port = address.rpartition(":")
    return host.strip("[]"), int(port)
