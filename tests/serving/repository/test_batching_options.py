import pytest

from keras_infogan.serving.repository import batching_options
from keras_infogan.serving.repository.batching_options import BatchingOptions

SPLITTING = {"enable_large_batch_splitting": True, "max_execution_batch_size": 4}


@pytest.mark.parametrize(
    ("options", "text"),
    [
        ({"max_batch_size": 0}, "max_batch_size should be at least 1. Received: 0"),
        ({"batch_timeout_micros": -1}, "batch_timeout_micros should be at least 0"),
        ({"allowed_batch_sizes": (8, 4)}, "should be positive and ascending. Received: .8, 4."),
        (
            {"max_batch_size": 8, "allowed_batch_sizes": (1, 4)},
            "The last of allowed_batch_sizes should be max_batch_size, 8. Received: .1, 4.",
        ),
        (
            {"max_batch_size": 8, "allowed_batch_sizes": (1, 8), **SPLITTING},
            "The last of allowed_batch_sizes should be max_execution_batch_size, 4. Received: .1",
        ),
        (
            {"max_batch_size": 2, **SPLITTING},
            "max_execution_batch_size should be at most max_batch_size, 2. Received: 4",
        ),
    ],
)
def test_options_that_make_no_sense_are_refused(options, text):
    with pytest.raises(ValueError, match=text):
        BatchingOptions(**options)


def test_a_file_sets_some_and_leaves_the_rest(tmp_path):
    path = tmp_path / "batching.config"
    path.write_text("max_batch_size { value: 4 }\nallowed_batch_sizes: 2\nallowed_batch_sizes: 4")
    assert batching_options.read(path) == BatchingOptions(
        max_batch_size=4, allowed_batch_sizes=(2, 4)
    )
    path.write_text("pad_variable_length_inputs: true")
    with pytest.raises(ValueError, match="pad_variable_length_inputs should be off"):
        batching_options.read(path)
    path.write_text("max_size: 3")
    with pytest.raises(ValueError, match="should be a BatchingParameters text proto"):
        batching_options.read(path)


def test_a_file_may_split_large_requests(tmp_path):
    path = tmp_path / "batching.config"
    text = "max_batch_size { value: 16 } max_execution_batch_size { value: 4 } "
    path.write_text(text + "enable_large_batch_splitting { value: true } allowed_batch_sizes: 4")
    read = batching_options.read(path)
    assert (read.max_batch_size, read.execution_size, read.padded_size(3)) == (16, 4, 4)
    # Without splitting it has no effect, as in TensorFlow Serving.
    path.write_text(text)
    assert batching_options.read(path).execution_size == 16


def test_a_split_batch_is_as_large_as_a_request_unless_said_otherwise():
    options = BatchingOptions(max_batch_size=16, enable_large_batch_splitting=True)
    assert options.execution_size == 16
