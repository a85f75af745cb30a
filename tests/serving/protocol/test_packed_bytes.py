import gzip
import zlib

import grpc
import pytest

from keras_infogan.serving.protocol.errors import StatusError
from keras_infogan.serving.protocol.packed_bytes import (
    DEFLATE_WINDOW,
    GZIP_WINDOW,
    PIECE_BYTES,
    unpack,
)


@pytest.mark.parametrize(
    ("pack", "window"), [(gzip.compress, GZIP_WINDOW), (zlib.compress, DEFLATE_WINDOW)]
)
@pytest.mark.parametrize("size", [0, 5, 2 * PIECE_BYTES + 1])
def test_it_gives_what_was_packed_and_counts_each_piece(pack, window, size):
    plain, counted = b"a" * size, []
    assert unpack(pack(plain), window, size, counted.append) == plain
    assert sum(counted) == size
    assert max(counted, default=0) <= PIECE_BYTES


def test_a_bomb_ends_at_the_limit():
    bomb, counted = gzip.compress(b" " * 50 * PIECE_BYTES), []
    with pytest.raises(StatusError, match="at most 2097152 bytes. Received: more") as caught:
        unpack(bomb, GZIP_WINDOW, 2 * PIECE_BYTES, counted.append)
    assert caught.value.code == grpc.StatusCode.RESOURCE_EXHAUSTED
    assert sum(counted) == 2 * PIECE_BYTES


@pytest.mark.parametrize(
    ("packed", "message"),
    [
        (b"plain", "should be gzip. Received: "),
        (gzip.compress(b"abc", mtime=0)[:-2], "one whole gzip. Received: less or more"),
        (gzip.compress(b"abc", mtime=0) + b"more", "one whole gzip. Received: less or more"),
        (zlib.compress(b"abc"), "should be gzip. Received: "),
    ],
)
def test_what_is_not_of_the_format_is_refused(packed, message):
    with pytest.raises(StatusError, match=message) as caught:
        unpack(packed, GZIP_WINDOW, 1000, lambda count: None)
    assert caught.value.code == grpc.StatusCode.INVALID_ARGUMENT
