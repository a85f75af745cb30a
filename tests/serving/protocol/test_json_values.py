import base64
import random

import pytest

from keras_infogan.serving.protocol import json_values
from keras_infogan.serving.protocol.errors import StatusError


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", b""),
        ("YWI=", b"ab"),
        ("YWI", b"ab"),
        ("YQ", b"a"),
        ("YQ==", b"a"),
        ("YQ..", b"a"),
        ("YQ=.", b"a"),
        ("YWI.", b"ab"),
        ("YWJj\nZGVm\r\n", b"abcdef"),
        (" Y\tW\vJ\fj ", b"abc"),
        ("YQ = =\n", b"a"),
        ("YR==", b"a"),  # bits beyond the last byte do not count
        ("  ", b""),
    ],
)
def test_base64_is_read_as_by_absl(text, expected):
    assert json_values.decode_base64(text) == expected


@pytest.mark.parametrize(
    "text",
    ["Y", "YWJjZ", "YQ=", "YQ===", "YWI==", "YWJj=", "=", "YQ==YQ==", "Y-_=", "***", "é", "Y\0Q="],
)
def test_other_text_is_no_base64(text):
    with pytest.raises(StatusError, match="^Unable to base64 decode$"):
        json_values.decode_base64(text)


def test_lines_of_any_length_are_read():
    data = random.Random(0).randbytes(10_000)
    assert json_values.decode_base64(base64.encodebytes(data).decode()) == data


@pytest.mark.parametrize(
    ("value", "expected"),
    [("é", "é".encode()), ("\ud800", b"\xed\xa0\x80"), ({"b64": "AP8"}, b"\x00\xff")],
)
def test_bytes_are_text_or_base64(value, expected):
    assert json_values.to_bytes(value) == expected


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ({"a": 1}, 'JSON Value: {"a": 1} not formatted correctly for base64 data'),
        ({"b64": 1}, "not formatted correctly for base64 data"),
        (1, "JSON Value: 1 Type: Number is not of expected type: string"),
    ],
)
def test_other_values_are_no_bytes(value, message):
    with pytest.raises(StatusError) as caught:
        json_values.to_bytes(value)
    assert message in caught.value.message


def test_half_a_character_is_replaced():
    assert json_values.utf8("a\ud800") == "a?"


@pytest.mark.parametrize(
    ("value", "name"),
    [
        (None, "Null"),
        (1.5, "Number"),
        ("a", "String"),
        ([], "Array"),
        ({}, "Object"),
        (True, "True"),
    ],
)
def test_types_have_tensorflow_serving_s_names(value, name):
    assert json_values.json_type(value) == name


def test_a_quotation_is_cut():
    assert len(json_values.quoted(["a" * 5000])) < 300


def test_a_deep_value_is_quoted():
    value = []
    for _ in range(5000):
        value = [value]
    assert json_values.quoted(value).endswith("...")
