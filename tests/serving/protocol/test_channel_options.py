from keras_infogan.serving.protocol import channel_options


def test_messages_may_be_as_large_as_protobuf_allows():
    assert channel_options.MAXIMUM_MESSAGE_BYTES == 2**31 - 1
    assert {value for _, value in channel_options.MESSAGE_OPTIONS} == {2**31 - 1}
