import numpy as np
import pytest

from keras_infogan.explorer.reading import CodeReading, bars, readings_of


def test_entropies_in_nats(controls):
    coin, kind, style = controls
    assert CodeReading(kind, np.full(3, 1 / 3)).entropy == pytest.approx(np.log(3))
    assert CodeReading(kind, np.array([0.0, 1.0, 0.0])).entropy == 0.0
    assert CodeReading(coin, np.array([0.5]), np.array([0.5])).entropy == pytest.approx(np.log(2))
    assert CodeReading(coin, np.array([1.0]), np.array([0.0])).entropy == 0.0
    # ln(2 pi e) / 2 = 1.41894 of a standard normal; ln 0.1 less with a tenth of its deviation.
    assert CodeReading(style, np.zeros(2), np.array([1.0, 0.1])).entropy == pytest.approx(
        2 * 1.4189385 + np.log(0.1)
    )


def test_what_the_generator_is_asked_for(controls):
    coin, kind, style = controls
    assert CodeReading(kind, np.array([0.2, 0.3, 0.5])).value == 2
    assert CodeReading(coin, np.array([0.7]), np.array([0.4])).value == (1.0,)
    assert CodeReading(style, np.array([0.25, -0.5]), np.ones(2)).value == (0.25, -0.5)


def test_readings_in_words_and_bars(controls):
    outputs = {
        "kind": np.int64(1),
        "kind_probabilities": np.array([0.01, 0.98, 0.01]),
        "coin_mean": np.array([0.5]),
        "coin_stddev": np.array([0.5]),
        "style_mean": np.array([0.25, -1.0]),
        "style_stddev": np.array([0.1, 0.2]),
    }
    readings = readings_of(controls, outputs)
    assert [reading.sentence for reading in readings] == [
        "**coin: 0.50 ± 0.50**, entropy 0.69 nats",
        "**kind: 1 (probability 0.980)**, entropy 0.11 of at most 1.10 nats",
        "**style: 0.25 ± 0.10, -1.00 ± 0.20**, entropy -1.07 nats",
    ]
    picture = bars(readings)
    assert (picture.dtype, picture.shape[-1]) == (np.uint8, 3)
    assert picture.shape[0] == pytest.approx(3 * bars(readings[:1]).shape[0], abs=3)
