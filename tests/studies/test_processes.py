import os
import signal
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from keras_infogan.studies import processes

SAVING = (
    "import signal, time\nsignal.signal(signal.SIGTERM, signal.default_int_handler)\n"
    "try:\n print('at work', flush=True); time.sleep(60)\n"
    "except KeyboardInterrupt:\n time.sleep(0.3); print('saved')"
)


def python(tmp_path, source):
    return processes.Executor().run_process([sys.executable, "-c", source], tmp_path / "log")


def test_a_child_leaves_its_output_and_its_status(tmp_path):
    assert python(tmp_path, "print('once')") == 0
    assert python(tmp_path, "import sys; print('twice'); sys.exit('bad  line\\n')") == 1
    log = tmp_path / "log"
    assert log.read_text() == "once\ntwice\nbad  line\n\n"
    assert processes.failure("train", 1, log, begin=5) == "bad  line"
    assert processes.failure("train", 1, log, begin=log.stat().st_size) == "no output"


def test_a_killed_child_says_so(tmp_path):
    status = python(tmp_path, "import os; print('step 5', flush=True); os.kill(os.getpid(), 9)")
    assert processes.failure("train", status, tmp_path / "log", 0) == (
        "infogan-train was ended by SIGKILL, after: step 5"
    )


def test_a_long_or_broken_line_is_no_harm(tmp_path):
    (tmp_path / "log").write_bytes(b"\xff" + b"x" * 9000)
    assert len(processes.failure("train", 1, tmp_path / "log", 0)) == processes.LONGEST_MESSAGE


def wait_for_work(tmp_path):
    while not (tmp_path / "log").exists() or "at work" not in (tmp_path / "log").read_text():
        time.sleep(0.05)


def test_an_interrupt_lets_the_child_save(tmp_path):

    def interrupt():
        wait_for_work(tmp_path)
        os.kill(os.getpid(), signal.SIGINT)

    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        threading.Thread(target=interrupt).start()
        with pytest.raises(KeyboardInterrupt):
            python(tmp_path, SAVING)
    finally:
        signal.signal(signal.SIGINT, before)
    assert (tmp_path / "log").read_text() == "at work\nsaved\n"


def test_a_child_is_ended_from_another_thread_and_no_other_begins(tmp_path):
    executor = processes.Executor()
    command = [sys.executable, "-c", SAVING]
    with ThreadPoolExecutor() as pool:
        running_child = pool.submit(executor.run_process, command, tmp_path / "log")
        wait_for_work(tmp_path)
        executor.end()
        executor.end()  # a second signal would come while it saves
    assert running_child.result() == 0
    assert executor.run_process(command, tmp_path / "log") == -signal.SIGTERM
    assert (tmp_path / "log").read_text() == "at work\nsaved\n"


def test_a_child_has_its_share_of_the_threads(tmp_path):
    source = (
        "import os; print(*(os.environ.get(n) for n in "
        f"{(*processes.THREAD_VARIABLES, 'MORE')!r}), os.getcwd(), os.getpgid(0))"
    )
    executor = processes.Executor(3, str(tmp_path), None, {"MORE": "yes"})
    assert executor.run_process([sys.executable, "-c", source], tmp_path / "log") == 0
    expected = f"3 3 3 yes {tmp_path} {os.getpgid(0)}\n"
    assert (tmp_path / "log").read_text() == expected
