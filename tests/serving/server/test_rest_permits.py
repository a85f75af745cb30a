import pytest

from keras_infogan.serving.protocol.errors import StatusError
from keras_infogan.serving.server.rest_permits import RequestPermits


def test_there_are_so_many_permits():
    permits = RequestPermits(2, 100)
    first, _ = permits.take(), permits.take()
    with pytest.raises(StatusError, match="^2 requests are in progress, as many as the server"):
        permits.take()
    first.leave()
    permits.take()


def test_work_gives_its_permit_back():
    permits = RequestPermits(1, 100)
    assert permits.take().run(lambda: 3) == 3
    with pytest.raises(ZeroDivisionError):
        permits.take().run(lambda: 1 / 0)
    permits.take()


def test_a_caller_who_leaves_before_the_work_gives_it_back_once():
    permits = RequestPermits(1, 100)
    permit = permits.take()
    permit.leave()
    permit.leave()
    with pytest.raises(TimeoutError):
        permit.run(lambda: 3)
    permits.take()
    with pytest.raises(StatusError):
        permits.take()


def test_work_that_has_begun_keeps_it():
    permits = RequestPermits(1, 100)
    permit = permits.take()

    def work():
        permit.leave()
        with pytest.raises(StatusError):
            permits.take()

    permit.run(work)
    permits.take()


def test_all_bodies_together_are_limited():
    permits = RequestPermits(9, 100)
    first, second = permits.take(), permits.take()
    first.add_bytes(60)
    second.add_bytes(40)
    with pytest.raises(StatusError, match="have 100 bytes, as many as the server allows"):
        second.add_bytes(1)
    first.leave()
    second.add_bytes(60)


def test_a_body_that_is_alone_may_have_more():
    permits = RequestPermits(9, 100)
    alone = permits.take()
    alone.add_bytes(80)
    alone.add_bytes(80)
    with pytest.raises(StatusError):
        permits.take().add_bytes(1)
