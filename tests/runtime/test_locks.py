import json
import os
import signal
import socket
import subprocess
import sys
import threading

import pytest

from keras_infogan.runtime.locks import exclusive, in_turn

HOLDER = """
import sys, time
from pathlib import Path
from keras_infogan.runtime.locks import exclusive
with exclusive(Path(sys.argv[1])):
    print("held", flush=True)
    time.sleep(600)
"""


def test_it_says_who_holds_it(tmp_path):
    path = tmp_path / "lock"
    with exclusive(path):
        assert json.loads(path.read_text()) == {"pid": os.getpid(), "host": socket.gethostname()}
    assert path.read_text() == ""


def test_a_second_holder_is_refused_until_the_first_lets_go(tmp_path):
    path = tmp_path / "lock"
    with exclusive(path):
        with pytest.raises(ValueError, match=f"in use by process {os.getpid()} on "):
            with exclusive(path):
                pass
    with exclusive(path):
        pass


@pytest.mark.slow
def test_what_a_killed_process_left_behind_stops_nobody(tmp_path):
    path = tmp_path / "lock"
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(path)], stdout=subprocess.PIPE, text=True
    )
    assert holder.stdout.readline() == "held\n"
    with pytest.raises(ValueError, match=f"in use by process {holder.pid} on "):
        with exclusive(path):
            pass
    holder.send_signal(signal.SIGKILL)
    holder.wait()
    holder.stdout.close()
    assert str(holder.pid) in path.read_text()
    with exclusive(path):
        pass


def test_a_directory_that_is_missing_is_a_sentence(tmp_path):
    with pytest.raises(OSError, match="missing/lock cannot be written: No such file"):
        with exclusive(tmp_path / "missing" / "lock"):
            pass


def test_a_second_process_waits_for_its_turn(tmp_path):
    path = tmp_path / "turn"
    seen = []

    def second():
        with in_turn(path):
            seen.append("second")

    waiting = threading.Thread(target=second)
    with in_turn(path):
        waiting.start()
        waiting.join(0.1)
        seen.append("first")
    waiting.join()
    assert seen == ["first", "second"]
