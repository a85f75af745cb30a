from keras_infogan.serving.client import retries


def test_waits_double_up_to_a_limit_give_or_take_a_half():
    waits = list(retries.wait_seconds(8))
    expected = [0.1, 0.2, 0.4, 0.8, 1.6, 3.2, 5.0, 5.0]
    for wait, middle in zip(waits, expected, strict=True):
        assert 0.5 * middle <= wait <= 1.5 * middle


def test_no_retries_are_no_waits():
    assert list(retries.wait_seconds(0)) == []
