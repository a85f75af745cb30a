"""Sessions of Ray: without output, and reachable from this machine only."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
from collections.abc import Iterator
from typing import Any

MEBIBYTE = 2**20
CONNECTION_SECONDS = 10.0
OBJECT_STORE_BYTES = 100 * MEBIBYTE  # for a session that moves no data through Ray

# Ray reads these when it is imported and when it starts; a user's own settings stay.
SETTINGS = {
    "RAY_USAGE_STATS_ENABLED": "0",
    # Binds every listener to the loopback address, despite its name: Ray's own way to avoid
    # questions of firewalls (ray-project/ray#18730). For sessions of one machine.
    "RAY_ENABLE_WINDOWS_OR_OSX_CLUSTER": "0",
    "RAY_worker_niceness": "0",  # Ray's default of 15 gives way to all other processes
}


@contextlib.contextmanager
def session(
    address: str | None = None,
    cpus: int | None = None,
    object_store_bytes: int = OBJECT_STORE_BYTES,
) -> Iterator[Any]:
    """Ray on this machine, or a cluster's, for as long as the block runs.

    On this machine there is no dashboard, no usage report, and no port that is open to other
    machines. A cluster belongs to its operator: it is neither changed nor stopped.

    Args:
        address: HOST:PORT of a cluster that this machine is part of (`ray start --address=...`),
            or "auto" for the one that runs here; None starts a session of this machine.
        cpus: CPUs that the session may use, int >= 1; None is one per core. Not for clusters.
        object_store_bytes: shared memory of the session. Not for clusters.

    Yields:
        The module `ray`.

    Raises:
        RuntimeError: Ray is not installed.
        ConnectionError: no cluster at the address.

    Examples:
        >>> with session(cpus=2) as ray:   # doctest: +SKIP
        ...     ray.get(ray.put(3))
        3
    """
    settings: dict[str, Any] = {"address": address}
    if address is None:
        for name, value in SETTINGS.items():
            os.environ.setdefault(name, value)
        settings = {
            "address": "local",
            "num_cpus": cpus,
            "object_store_memory": object_store_bytes,
            "include_dashboard": False,
        }
    ray = _import()
    if address is not None:
        _check_address(address)
    handler = signal.getsignal(signal.SIGTERM)
    try:
        # Ray logs a task's error, but it is raised as well.
        ray.init(**settings, logging_level="CRITICAL", log_to_driver=False)
    except (ConnectionError, RuntimeError) as error:
        if address is None:
            raise
        raise _no_cluster(address, error) from error
    try:
        signal.signal(signal.SIGTERM, handler)  # Ray has set its own handler, which saves nothing
        yield ray
    finally:
        ray.shutdown()


def _check_address(address: str) -> None:
    """Checks the connection first, since Ray itself would try for minutes."""
    if address == "auto":
        return
    host, _, port = address.rpartition(":")
    try:
        socket.create_connection((host, int(port)), CONNECTION_SECONDS).close()
    except (OSError, ValueError) as error:
        raise _no_cluster(address, error) from error


def _no_cluster(address: str, error: Exception) -> ConnectionError:
    return ConnectionError(
        "The address should be HOST:PORT of a Ray cluster that this machine is part of, or 'auto'. "
        f"Received: {address!r} ({error})"
    )


def _import() -> Any:
    try:
        import ray
    except ImportError as error:
        raise RuntimeError(
            "Ray is needed for more than one at a time: pip install 'keras-infogan[ray]'. "
            f"Received: {error}"
        ) from error
    return ray
