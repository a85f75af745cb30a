import pytest

from keras_infogan.serving.protocol import config_protos
from keras_infogan.serving.protocol.config_protos import BatchingParameters


def test_a_file_fills_the_message(tmp_path):
    path = tmp_path / "batching.config"
    path.write_text(
        "max_batch_size { value: 8 } enable_large_batch_splitting { value: true } "
        'max_execution_batch_size { value: 4 } thread_pool_name { value: "p" }'
    )
    read = config_protos.read(path, BatchingParameters())
    assert read.max_batch_size.value == 8
    assert read.enable_large_batch_splitting.value
    assert read.max_execution_batch_size.value == 4
    assert not read.HasField("num_batch_threads")


@pytest.mark.parametrize("content", [b"nonsense", b"\xff\xfe"])
def test_what_does_not_parse_ends_with_tensorflow_serving_s_words(tmp_path, content):
    path = tmp_path / "batching.config"
    path.write_bytes(content)
    with pytest.raises(ValueError) as caught:
        config_protos.read(path, BatchingParameters())
    assert str(caught.value).startswith(
        f"Invalid protobuf file: '{path}'. It should be a BatchingParameters text proto. Received: "
    )


def test_a_file_that_is_not_there_is_named(tmp_path):
    with pytest.raises(OSError, match=r"Cannot read the BatchingParameters file .*: No such file"):
        config_protos.read(tmp_path / "nothing", BatchingParameters())
