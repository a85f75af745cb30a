"""How long a client waits before it sends a request again."""

import random
from collections.abc import Iterator

DEFAULT_RETRIES = 3
FIRST_WAIT_SECONDS = 0.1
LONGEST_WAIT_SECONDS = 5.0


def wait_seconds(retries: int) -> Iterator[float]:
    """Yields the seconds before each further attempt: 0.1, 0.2, 0.4, ..., up to 5.

    Chance changes each by up to a half, so that clients do not come back together.

    Args:
        retries: number of attempts after the first one.

    Examples:
        >>> len(list(wait_seconds(3)))
        3
    """
    for attempt in range(retries):
        wait = min(FIRST_WAIT_SECONDS * 2**attempt, LONGEST_WAIT_SECONDS)
        yield wait * random.uniform(0.5, 1.5)
