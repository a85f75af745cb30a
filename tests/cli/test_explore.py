import os
import subprocess
import sys
import urllib.request

import pytest


def test_models_are_paired_with_versions(run_command):
    assert run_command("explore", "--help")[0] == 0  # forgets the commands before
    pair_up = sys.modules["keras_infogan.cli.explore"].pair_up
    assert pair_up(["a", "b"], []) == [("a", None), ("b", None)]
    assert pair_up(["a"], [1, 2]) == [("a", 1), ("a", 2)]
    assert pair_up(["a", "b"], [3, 4]) == [("a", 3), ("b", 4)]
    with pytest.raises(ValueError, match="Received: 2 models and 1 versions"):
        pair_up(["a", "b"], [1])


@pytest.mark.parametrize("arguments", [[], ["--server=127.0.0.1:1", "--workdir=run"]])
def test_either_a_server_or_a_run(run_command, arguments):
    status, out, err = run_command("explore", *arguments)
    assert (status, out) == (1, "")
    assert err.startswith("infogan-explore: error: Give --server, or else --workdir or --preset. ")


def test_a_missing_gradio_is_named(run_command, monkeypatch):
    for name in ("GRADIO_ANALYTICS_ENABLED", "GRADIO_TEMP_DIR"):
        monkeypatch.setenv(name, "")  # so that what the command sets is undone
    monkeypatch.setitem(sys.modules, "gradio", None)
    monkeypatch.delitem(sys.modules, "keras_infogan.explorer.page", raising=False)
    monkeypatch.delitem(sys.modules, "keras_infogan.explorer.events", raising=False)
    status, out, err = run_command("explore", "--server=127.0.0.1:1")
    assert (status, out) == (1, "")
    assert "pip install 'keras-infogan[explore]'" in err
    assert err.count("\n") == 1


@pytest.mark.slow
def test_the_page_comes_without_a_proxy(free_ports, tmp_path):
    pytest.importorskip("gradio")
    port, nobody = free_ports(2)
    proxies = {name: f"http://127.0.0.1:{nobody}" for name in ("HTTP_PROXY", "http_proxy")}
    proxies["ALL_PROXY"] = f"socks5://127.0.0.1:{nobody}"
    process = subprocess.Popen(
        [
            *(sys.executable, "-m", "keras_infogan.cli.explore"),
            *("--server=127.0.0.1:1", f"--port={port}"),
        ],
        env={**os.environ, **proxies},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=tmp_path,
    )
    try:
        line = process.stdout.readline()
        assert line == f"explorer at http://127.0.0.1:{port}\n", process.stderr.read()
        direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        with direct.open(f"http://127.0.0.1:{port}", timeout=30) as page:
            assert page.status == 200
    finally:
        process.terminate()
        process.communicate(timeout=60)
