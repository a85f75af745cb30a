import resource
import shutil
import signal
import subprocess

import pytest
import tensorflow as tf

from keras_infogan.runs.checkpoints import Checkpoints, CheckpointStore


@pytest.fixture
def value():
    return tf.Variable(0)


@pytest.fixture
def store(value, tmp_path):
    return CheckpointStore(tf.train.Checkpoint(value=value), tmp_path, kept=3)


def save(store, value, *steps):
    for step in steps:
        value.assign(10 * step)
        store.save(step)


def reopened(value, tmp_path):
    return CheckpointStore(tf.train.Checkpoint(value=value), tmp_path, kept=3)


def test_nothing_is_restored_from_nothing(store):
    assert store.restore() is None
    assert store.newest is None


def test_the_newest_is_restored(store, value, tmp_path):
    save(store, value, 1, 2)
    value.assign(0)
    again = reopened(value, tmp_path)
    assert again.restore() == again.saved_step == 2
    assert int(value) == 20


def test_the_last_few_are_kept_with_their_checksums(store, value, tmp_path):
    save(store, value, 1, 2, 3, 4)
    assert sorted(path.name for path in tmp_path.glob("*.sha256")) == [
        "ckpt-2.sha256",
        "ckpt-3.sha256",
        "ckpt-4.sha256",
    ]
    assert not list(tmp_path.glob("ckpt-1.*"))


@pytest.mark.skipif(shutil.which("sha256sum") is None, reason="no sha256sum on this machine")
def test_checksums_are_sha256sum_s(store, value, tmp_path):
    save(store, value, 1)
    command = ["sha256sum", "--check", "--strict", "ckpt-1.sha256"]
    subprocess.run(command, cwd=tmp_path, check=True, capture_output=True)


@pytest.mark.parametrize(
    ("name", "damage", "reason"),
    [
        ("ckpt-2.sha256", "remove", "ckpt-2.sha256 is missing: it was not finished"),
        ("ckpt-2.sha256", b"", "ckpt-2.sha256 is empty"),
        ("ckpt-2.sha256", b"half a li", "ckpt-2.sha256 cannot be read"),
        ("ckpt-2.index", "remove", "ckpt-2.index is missing"),
        ("ckpt-2.index", b"x", "ckpt-2.index is not as it was saved"),
        ("ckpt-2.data-00000-of-00001", b"x", "ckpt-2.data-00000-of-00001 is not as it was saved"),
    ],
)
def test_a_damaged_one_is_reported_and_the_one_before_used(
    store, value, tmp_path, name, damage, reason
):
    save(store, value, 1, 2)
    path = tmp_path / name
    path.unlink() if damage == "remove" else path.write_bytes(damage)
    reports = []
    again = reopened(value, tmp_path)
    assert again.restore(reports.append) == 1
    assert int(value) == 10
    assert reports == [f"The checkpoint {tmp_path}/ckpt-2 is damaged: {reason}"]
    assert again.newest == f"{tmp_path}/ckpt-1"
    save(again, value, 2)
    assert reopened(value, tmp_path).restore() == 2


def test_another_model_is_not_called_damage(store, value, tmp_path):
    save(store, value, 1)
    other = reopened(tf.Variable([0, 0]), tmp_path)
    with pytest.raises(ValueError, match="ckpt-1 is of another model"):
        other.restore()


def test_a_directory_that_cannot_be_written_is_a_sentence(store, value, tmp_path):
    save(store, value, 1)
    shutil.rmtree(tmp_path)
    tmp_path.write_text("a file in the way")
    with pytest.raises(OSError, match="cannot be written"):
        save(store, value, 2)
    tmp_path.unlink()


def test_at_least_one_is_kept(value, tmp_path):
    with pytest.raises(ValueError, match="`kept` should be an int of at least 1. Received: kept=0"):
        CheckpointStore(tf.train.Checkpoint(value=value), tmp_path, kept=0)


def test_a_full_disk_is_a_sentence_and_leaves_the_last_checkpoint(tmp_path):
    value = tf.Variable(tf.zeros([100_000]))
    store = CheckpointStore(tf.train.Checkpoint(value=value), tmp_path, kept=3)
    store.save(1)
    value.assign(tf.ones([100_000]))
    # A file that may not grow stands in for a disk that is full.
    former = resource.getrlimit(resource.RLIMIT_FSIZE)
    handler = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (50_000, former[1]))
    try:
        with pytest.raises(OSError, match="cannot be written: "):
            store.save(2)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, former)
        signal.signal(signal.SIGXFSZ, handler)
    again = CheckpointStore(tf.train.Checkpoint(value=value), tmp_path, kept=3)
    assert again.restore() == 1
    assert float(value[0]) == 0.0


def store_of(model, path):
    return CheckpointStore(tf.train.Checkpoint(model=model), path, kept=9)


def saved_steps(path):
    return sorted(int(file.stem.removeprefix("ckpt-")) for file in path.glob("*.index"))


def test_checkpoints_come_every_so_many_steps(model, images, tmp_path):
    callback = Checkpoints(store_of(model, tmp_path), every_steps=3)
    model.fit(images, batch_size=8, epochs=2, callbacks=[callback], verbose=0)
    assert saved_steps(tmp_path) == [3, 6]
    callback.save_now()
    callback.save_now()
    assert saved_steps(tmp_path) == [3, 6, 8]


def test_save_now_is_not_misled_by_the_end_of_a_number(model, tmp_path):
    callback = Checkpoints(store_of(model, tmp_path), every_steps=3)
    callback.set_model(model)
    for step in (12, 2):
        model.step.assign(step)
        callback.save_now()
    assert callback.store.newest.endswith("-2")
