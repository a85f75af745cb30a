"""The text protos of an operator that `tensorflow-serving-api` leaves out, and how they are read.

Field names are those of TensorFlow Serving's `session_bundle_config.proto`,
`monitoring_config.proto` and `ssl_config.proto`. Text protos hold names, so numbers do not matter.
"""

from pathlib import Path
from typing import Any, TypeAlias, TypeVar

from google.protobuf import descriptor_pb2, descriptor_pool, message_factory, text_format
from google.protobuf import wrappers_pb2 as _wrappers
from google.protobuf.message import Message

from keras_infogan.runtime.files import user_path

_FIELD: TypeAlias = descriptor_pb2.FieldDescriptorProto
_PACKAGE = "keras_infogan.serving"
_INT64 = f".{_wrappers.Int64Value.DESCRIPTOR.full_name}"
_BOOL = f".{_wrappers.BoolValue.DESCRIPTOR.full_name}"
_STRING = f".{_wrappers.StringValue.DESCRIPTOR.full_name}"

Config = TypeVar("Config", bound=Message)


def _field(number: int, name: str, kind: Any, repeated: bool = False) -> _FIELD:
    """A field of a scalar kind, or of the message that `kind` names."""
    label = _FIELD.LABEL_REPEATED if repeated else _FIELD.LABEL_OPTIONAL
    if isinstance(kind, str):
        return _FIELD(
            number=number, name=name, type=_FIELD.TYPE_MESSAGE, type_name=kind, label=label
        )
    return _FIELD(number=number, name=name, type=kind, label=label)


_MESSAGES = {
    "BatchingParameters": [
        _field(1, "max_batch_size", _INT64),
        _field(2, "batch_timeout_micros", _INT64),
        _field(3, "max_enqueued_batches", _INT64),
        _field(4, "num_batch_threads", _INT64),
        _field(5, "thread_pool_name", _STRING),
        _field(6, "allowed_batch_sizes", _FIELD.TYPE_INT64, repeated=True),
        _field(7, "pad_variable_length_inputs", _FIELD.TYPE_BOOL),
        _field(8, "enable_large_batch_splitting", _BOOL),
        _field(9, "max_execution_batch_size", _INT64),
    ],
    "PrometheusConfig": [
        _field(1, "enable", _FIELD.TYPE_BOOL),
        _field(2, "path", _FIELD.TYPE_STRING),
    ],
    "MonitoringConfig": [_field(1, "prometheus_config", f".{_PACKAGE}.PrometheusConfig")],
    "SSLConfig": [
        _field(1, "server_key", _FIELD.TYPE_STRING),
        _field(2, "server_cert", _FIELD.TYPE_STRING),
        _field(3, "custom_ca", _FIELD.TYPE_STRING),
        _field(4, "client_verify", _FIELD.TYPE_BOOL),
    ],
}


def _message_classes() -> dict[str, Any]:
    pool = descriptor_pool.DescriptorPool()
    wrappers = descriptor_pb2.FileDescriptorProto()
    _wrappers.DESCRIPTOR.CopyToProto(wrappers)
    pool.Add(wrappers)
    pool.Add(
        descriptor_pb2.FileDescriptorProto(
            name="keras_infogan/serving/config.proto",
            package=_PACKAGE,
            syntax="proto3",
            dependency=[wrappers.name],
            message_type=[
                descriptor_pb2.DescriptorProto(name=name, field=fields)
                for name, fields in _MESSAGES.items()
            ],
        )
    )
    return {
        name: message_factory.GetMessageClass(pool.FindMessageTypeByName(f"{_PACKAGE}.{name}"))
        for name in _MESSAGES
    }


_CLASSES = _message_classes()
BatchingParameters: Any = _CLASSES["BatchingParameters"]
MonitoringConfig: Any = _CLASSES["MonitoringConfig"]
SSLConfig: Any = _CLASSES["SSLConfig"]


def read(path: str | Path, config: Config) -> Config:
    """Fills a message from a file that holds it as a text proto.

    Args:
        path: the file.
        config: an empty message of the kind that the file should hold.

    Returns:
        The same message, filled.

    Raises:
        ValueError: when the file is no such text; it begins as TensorFlow Serving's own error.
        OSError: when the file cannot be read.

    Example::

        read("serving/monitoring.config", MonitoringConfig()).prometheus_config.path
    """
    kind = config.DESCRIPTOR.name
    try:
        return text_format.Parse(user_path(path).read_text(encoding="utf-8"), config)
    except OSError as error:
        raise OSError(f"Cannot read the {kind} file {path}: {error.strerror}") from error
    except (text_format.ParseError, UnicodeDecodeError) as error:
        raise ValueError(
            f"Invalid protobuf file: '{path}'. It should be a {kind} text proto. Received: {error}"
        ) from error
