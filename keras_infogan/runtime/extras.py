"""The optional parts of an installation, and the error for a missing one."""

from __future__ import annotations

import importlib.util

# The modules that each extra of setup.py installs.
EXTRAS = {
    "serve": (
        "grpc_health",
        "grpc_reflection",
        "httptools",
        "prometheus_client",
        "starlette",
        "uvicorn",
    ),
    "bulk": ("pyarrow",),
    "hub": ("huggingface_hub",),
    "onnx": ("onnx", "tf2onnx"),
}


class MissingExtraError(ImportError):
    """An optional part of the installation is needed and missing."""


def require(extra: str) -> None:
    """Checks that an extra is installed.

    Args:
        extra: one of `EXTRAS`.

    Raises:
        MissingExtraError: one of its modules is missing; the message says what to install.

    Examples:
        >>> require("bulk")
    """
    missing = [name for name in EXTRAS[extra] if importlib.util.find_spec(name) is None]
    if missing:
        raise MissingExtraError(
            f"This needs the extra [{extra}]: pip install 'keras-infogan[{extra}]'. "
            f"Missing: {', '.join(missing)}"
        )
