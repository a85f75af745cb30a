import httpx
import pytest
from starlette.datastructures import Headers

from keras_infogan.serving.protocol.errors import StatusError
from keras_infogan.serving.server.options import ServerOptions
from keras_infogan.serving.server.web_pages import WebPageGuard

PAGE = {"host": "localhost:8501", "origin": "http://page.example"}


def is_denied(method, headers, **options):
    try:
        WebPageGuard(ServerOptions(**options)).check(method, Headers(headers))
    except StatusError as error:
        assert error.http_status == 403
        return True
    return False


@pytest.mark.parametrize(
    "host",
    [
        "localhost",
        "LOCALHOST:8501",
        "127.0.0.1:8501",
        "127.1.2.3",
        "[::1]:8501",
        "a.localhost",
        "localhost.",
    ],
)
def test_names_of_this_machine_are_allowed(host):
    assert not is_denied("POST", {"host": host})


@pytest.mark.parametrize("host", ["page.example", "localhost.page.example:8501", "10.0.0.1", ""])
def test_other_names_are_refused_on_loopback(host):
    assert is_denied("GET", {"host": host})
    assert not is_denied("GET", {"host": host}, rest_api_allowed_hosts=["*"])
    assert not is_denied("GET", {"host": host}, auth_token="secret")
    assert not is_denied("GET", {"host": host}, host="0.0.0.0")


def test_no_host_is_no_page():
    assert not is_denied("GET", {})


def test_one_foreign_host_of_two_is_refused():
    guard = WebPageGuard(ServerOptions())
    two = Headers(raw=[(b"host", b"localhost"), (b"host", b"page.example")])
    with pytest.raises(StatusError, match="set --rest_api_allowed_hosts"):
        guard.check("GET", two)


def test_names_can_be_allowed():
    options = {"rest_api_allowed_hosts": ["Models.example"], "host": "0.0.0.0"}
    assert not is_denied("GET", {"host": "models.example:80"}, **options)
    assert not is_denied("GET", {"host": "localhost"}, **options)
    assert is_denied("GET", {"host": "page.example"}, **options)


@pytest.mark.parametrize(
    "origin", ["http://page.example", "null", "http://[", "http://localhost:80"]
)
def test_a_post_of_another_site_is_refused(origin):
    assert is_denied("POST", PAGE | {"origin": origin})
    assert is_denied("POST", PAGE | {"origin": origin}, host="0.0.0.0")
    assert not is_denied("GET", PAGE | {"origin": origin})
    assert not is_denied("POST", PAGE | {"origin": origin}, auth_token="secret")
    assert not is_denied("POST", PAGE | {"origin": origin}, rest_api_enable_cors_support=True)


def test_a_post_of_the_same_site_is_allowed():
    assert not is_denied("POST", PAGE | {"origin": "http://LOCALHOST:8501"})


def test_an_old_browser_tells_of_another_site():
    assert is_denied("POST", {"host": "localhost", "sec-fetch-site": "cross-site"})


def test_a_server_refuses_both(start):
    base = f"http://127.0.0.1:{start().rest_api_port}/v1/models/digits"
    assert httpx.get(base, headers={"Host": "page.example"}).status_code == 403
    document = {"signature_name": "sample", "instances": [3]}
    answer = httpx.post(f"{base}:predict", json=document, headers={"Origin": "http://a.example"})
    assert answer.status_code == 403
    assert "set --rest_api_enable_cors_support" in answer.json()["error"]
    assert httpx.post(f"{base}:predict", json=document).status_code == 200
