import os
import shutil
import sys
from pathlib import Path

import grpc
import pytest

from keras_infogan.serving.protocol.errors import StatusError
from keras_infogan.serving.repository import model_config
from keras_infogan.serving.repository.model_repository import ModelRepository
from keras_infogan.serving.repository.saved_model_files import check_regular

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="has no named pipes")


def make_pipe(path):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.unlink(missing_ok=True)
    os.mkfifo(path)


def make_endless(path):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.unlink(missing_ok=True)
    path.symlink_to("/dev/zero")


@pytest.mark.parametrize("make", [make_pipe, make_endless])
@pytest.mark.parametrize(
    "name", ["saved_model.pb", "variables/variables.index", "assets.extra/other"]
)
def test_what_has_no_end_is_refused(saved_model, tmp_path, make, name):
    shutil.copytree(saved_model, tmp_path / "1")
    check_regular(tmp_path / "1")
    make(tmp_path / "1" / name)
    with pytest.raises(StatusError, match="should hold regular files") as caught:
        check_regular(tmp_path / "1")
    assert caught.value.code == grpc.StatusCode.INVALID_ARGUMENT


def test_a_pipe_keeps_no_other_model_waiting(base_path, tmp_path):
    """Such a version once held all reloads, and the search for new versions, for ever."""
    make_pipe(Path(tmp_path) / "pipe" / "1" / "saved_model.pb")
    good = model_config.from_base_paths({"digits": base_path})
    repository = ModelRepository(good, poll_wait_seconds=0)
    repository.start(load_timeout=60.0)
    both = model_config.from_base_paths({"digits": base_path, "pipe": tmp_path / "pipe"})
    with pytest.raises(StatusError, match="should hold regular files"):
        repository.reload(both)
    repository.poll()
    repository.stop()
