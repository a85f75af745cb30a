import pickle
import sys
import threading

import pytest

from keras_infogan.bulk import engines
from keras_infogan.bulk.engines import Engine


class Doubling:
    made = 0

    def __init__(self, limit):
        Doubling.made += 1
        self.limit = limit

    def __call__(self, row):
        if row["shard"] >= self.limit:
            raise OSError(f"no shard {row['shard']}")
        return {"double": 2 * row["shard"]}


def test_threads_share_one_writer():
    Doubling.made = 0
    rows = list(engines.make_shards(Engine(threads=3), Doubling, (100,), range(20)))
    assert sorted(row["double"] for row in rows) == list(range(0, 40, 2))
    assert Doubling.made == 1


def test_an_error_ends_the_job():
    with pytest.raises(OSError, match="no shard 5"):
        list(engines.make_shards(Engine(threads=1), Doubling, (5,), range(20)))


def test_threads_end_when_nobody_listens():
    before = threading.active_count()
    rows = engines.make_shards(Engine(threads=2), Doubling, (100,), range(20))
    next(rows)
    rows.close()
    assert threading.active_count() == before


def test_through_ray_errors_are_answers():
    answering = engines._ErrorsAsAnswers(Doubling, (5,))
    assert pickle.loads(answering({"shard": 4})["answer"]) == {"double": 8}
    error = pickle.loads(answering({"shard": 5})["answer"])
    assert (type(error), str(error)) == (OSError, "no shard 5")


def test_fewer_than_one_thread():
    with pytest.raises(
        ValueError, match="`threads` should be an int of at least 1. Received: threads=0"
    ):
        Engine(threads=0)


def test_without_ray_there_is_a_sentence(monkeypatch):
    monkeypatch.setitem(sys.modules, "ray", None)
    with pytest.raises(RuntimeError, match="pip install 'keras-infogan.ray.'"):
        list(engines.make_shards(Engine(ray_address="local"), Doubling, (5,), range(20)))
