"""A callback with its model, without a `fit`, and the rows of a table."""

import csv

import pytest


@pytest.fixture
def attach(model):
    """Gives a callback its model without a `fit`."""

    def attach(callback):
        callback.set_model(model)
        return callback

    return attach


@pytest.fixture
def rows_of():
    """Reads the rows of a CSV file."""

    def read(path):
        with path.open(newline="") as file:
            return list(csv.DictReader(file))

    return read
