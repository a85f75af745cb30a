"""gRPC settings that the server and the client share."""

MAXIMUM_MESSAGE_BYTES = 2**31 - 1

# gRPC's own default for what it receives, 4 MB, is less than a few hundred colour pictures.
MESSAGE_OPTIONS = (
    ("grpc.max_receive_message_length", MAXIMUM_MESSAGE_BYTES),
    ("grpc.max_send_message_length", MAXIMUM_MESSAGE_BYTES),
)
