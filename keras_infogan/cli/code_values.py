"""Codes as the command line writes them."""

from collections.abc import Sequence


def parse_codes(texts: Sequence[str]) -> dict[str, float | list[float]]:
    """Reads codes from the command line.

    Args:
        texts: each `NAME=VALUE`, or `NAME=VALUE,VALUE,...` for a code of several numbers.

    Returns:
        A number, or a list of numbers, per name.

    Raises:
        ValueError: for any other text, or for a name that is given twice.

    Examples:
        >>> parse_codes(["digit=3", "style=0.5,-1"])
        {'digit': 3.0, 'style': [0.5, -1.0]}
    """
    codes: dict[str, float | list[float]] = {}
    for text in texts:
        name, _, values = text.partition("=")
        try:
            numbers = [float(value) for value in values.split(",")]
        except ValueError as error:
            raise ValueError(
                f"--code should be NAME=VALUE or NAME=VALUE,VALUE,... Received: {text!r}"
            ) from error
        if not name:
            raise ValueError(f"--code should name a code before '='. Received: {text!r}")
        if name in codes:
            raise ValueError(f"--code should give each code once. Received: {name} twice")
        codes[name] = numbers[0] if len(numbers) == 1 else numbers
    return codes
