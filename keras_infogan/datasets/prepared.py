"""Finds a TFDS dataset by its name, and prepares it where it is not there yet."""

import difflib
import os
import re
from urllib.parse import urlsplit

import httpx
import tensorflow as tf
import tensorflow_datasets as tfds
from tensorflow_datasets.core.download import DownloadError
from tensorflow_datasets.core.download.download_manager import NonMatchingChecksumError

# Importing a builder's module registers it with TFDS.
from keras_infogan.datasets import (  # noqa: F401
    basicprop,
    basicprop_plus,
    captioned_sprites,
    gray_and_colored,
    moving_sprites,
    sprite_stories,
    sprites,
    stick_figures,
)

DATA_DIR_VARIABLE = "TFDS_DATA_DIR"
_PROBE_SECONDS = 10


def find_builder(name: str, data_dir: str | None) -> tfds.core.DatasetBuilder:
    """The builder of a dataset.

    Raises:
        ValueError: an unknown dataset, configuration or version.
    """
    try:
        return tfds.builder(name, data_dir=_expanded(data_dir))
    except tfds.core.DatasetNotFoundError as error:
        plain = re.split("[/:]", name)[0]
        close = difflib.get_close_matches(plain, tfds.list_builders())
        hint = f"; close to it: {', '.join(close)}" if close else ""
        raise ValueError(f"name should be a TFDS dataset. Received: {name!r}{hint}") from error
    # TFDS reports an unknown version as an AssertionError.
    except (ValueError, AssertionError) as error:
        reason = first_line(error).rpartition('": ')[2].partition(" Here are")[0]
        raise ValueError(
            "name should be NAME[/CONFIG][:VERSION] of a TFDS dataset. "
            f"Received: {name!r} ({reason.rstrip('.')})"
        ) from error


def prepare(builder: tfds.core.DatasetBuilder) -> None:
    """Draws or downloads a dataset into its data directory.

    Raises:
        OSError: this is not possible.
    """
    try:
        _require_network(builder)
        builder.download_and_prepare()
    # TFDS reports a dataset that must be downloaded by hand as an AssertionError.
    except (
        OSError,
        AssertionError,
        DownloadError,
        NonMatchingChecksumError,
        tf.errors.OpError,
    ) as error:
        raise OSError(
            f"data_dir should hold the prepared dataset {builder.name!r}, or it should be possible "
            f"to prepare it there. Received: {builder.data_dir_root} ({first_line(error)})"
        ) from error


def _require_network(builder: tfds.core.DatasetBuilder) -> None:
    """Fails at once if a server cannot be reached; TFDS would try for minutes."""
    url = next((url for url in builder.url_infos or () if url.startswith("http")), None)
    # TFDS notes each finished download in such a file, and does not fetch it again.
    if url is None or any((builder.data_dir_root / "downloads").glob("*.INFO")):
        return
    try:
        # Certificates are TFDS's matter: it may trust others than httpx does.
        httpx.head(url, timeout=_PROBE_SECONDS, verify=False)
    except ImportError:
        return  # a SOCKS proxy, which httpx takes only with another package; TFDS may take it
    except httpx.HTTPError as error:
        raise OSError(f"cannot reach {urlsplit(url).hostname} to download it") from error


def _expanded(data_dir: str | None) -> str | None:
    """The data_dir with the home directory in place of `~`; None leaves the choice to TFDS."""
    if data_dir:
        return os.path.expanduser(data_dir)
    # TFDS would make a folder named "~".
    given = os.environ.get(DATA_DIR_VARIABLE, "")
    return os.path.expanduser(given) if given.startswith("~") else None


def damaged(builder: tfds.core.DatasetBuilder, received: str) -> OSError:
    """The error for a prepared dataset that cannot be read."""
    return OSError(
        f"The prepared dataset {builder.name!r} should be complete; delete its folder to prepare "
        f"it anew. Received: {builder.data_dir} ({received})"
    )


def first_line(error: BaseException) -> str:
    """The first line of an error's message; TFDS's messages have many."""
    return next(iter(str(error).splitlines()), type(error).__name__)
