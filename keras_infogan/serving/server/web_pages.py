"""Requests that a web page makes through the browser of somebody who can reach the server.

A page of any site may send a POST to a server on its reader's machine, and read the answers of one
whose name it controls (DNS rebinding). A token stops both, because no page knows it.
"""

import ipaddress
from collections.abc import Callable
from functools import lru_cache
from urllib.parse import urlsplit

import grpc
from starlette.datastructures import Headers

from keras_infogan.serving.protocol.errors import StatusError
from keras_infogan.serving.server.options import ServerOptions

ANY_HOST = "*"


class WebPageGuard:
    """Refuses requests for another host's name, and POST requests from pages of other sites.

    Args:
        options: a token turns the guard off. `rest_api_allowed_hosts` are the names that requests
            may ask for; without them, the names of this machine on loopback, and all beyond it.
            `rest_api_enable_cors_support` lets pages of other sites in.

    Examples:
        >>> WebPageGuard(ServerOptions()).check("GET", Headers({"host": "localhost:8501"}))
    """

    def __init__(self, options: ServerOptions) -> None:
        names = {name.lower() for name in options.rest_api_allowed_hosts}
        self._checks_host = not options.auth_token and (
            ANY_HOST not in names if names else not options.listens_beyond_loopback
        )
        self._checks_origin = not (options.auth_token or options.rest_api_enable_cors_support)
        self._allows = _host_test(frozenset(names))

    def check(self, method: str, headers: Headers) -> None:
        """Checks one request.

        Raises:
            StatusError: PERMISSION_DENIED for a foreign host, or a POST from a page of another
                site.
        """
        host = headers.get("host", "")
        if self._checks_host and not all(map(self._allows, headers.getlist("host"))):
            raise _denied(
                f"Host should be this server's name. Received: {host!r}. To allow another name, "
                "set --rest_api_allowed_hosts"
            )
        if self._checks_origin and method != "GET" and _is_cross_site(host, headers):
            raise _denied(
                "A request should not come from a web page of another site. Received: Origin "
                f"{headers.get('origin')!r}. To allow this, set --rest_api_enable_cors_support"
            )


def _host_test(names: frozenset[str]) -> Callable[[str], bool]:
    @lru_cache(maxsize=64)
    def allows(host: str) -> bool:
        name = _without_port(host)
        return name in names or _is_loopback(name)

    return allows


def _without_port(host: str) -> str:
    name = host.lower()
    if name.startswith("["):
        return name[1:].partition("]")[0]
    return name.partition(":")[0].rstrip(".")


def _is_loopback(name: str) -> bool:
    if name == "localhost" or name.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(name).is_loopback
    except ValueError:
        return False


def _is_cross_site(host: str, headers: Headers) -> bool:
    origin = headers.get("origin")
    if origin is None:
        return headers.get("sec-fetch-site") == "cross-site"
    try:
        return urlsplit(origin).netloc.lower() != host.lower()
    except ValueError:
        return True


def _denied(message: str) -> StatusError:
    return StatusError(grpc.StatusCode.PERMISSION_DENIED, message)
