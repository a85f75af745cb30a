"""Tables as plain text: aligned columns, the same in a terminal, a pipe and a file."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from tabulate import tabulate


def format_table(
    rows: Sequence[Sequence[str]],
    heads: Sequence[str] = (),
    numbers: Collection[int] = (),
) -> str:
    """Rows of cells as lines, two spaces between columns.

    No line is wrapped, colored or padded at its end, whatever the width of the terminal.

    Args:
        rows: the cells of each row, text that is shown as it is.
        heads: a head for each column; without heads there is no line for them.
        numbers: the columns that are aligned at the right, counted from 0.

    Returns:
        A line for the heads and a line per row, without a newline at the end.

    Raises:
        ValueError: a row has another number of cells than the first one or the heads.

    Examples:
        >>> print(format_table([["mnist", "0.98"], ["svhn", "-"]], ["data", "score"], numbers=[1]))
        data   score
        mnist   0.98
        svhn       -
    """
    lines = [list(heads), *rows] if heads else list(rows)
    lengths = {len(line) for line in lines}
    if len(lengths) > 1:
        raise ValueError(
            f"Rows and heads should have the same number of cells. Received: {sorted(lengths)}"
        )
    columns = range(max(lengths, default=0))
    text = tabulate(
        lines,  # heads given apart would widen their columns by two
        tablefmt="plain",
        # Without this, "0.50" would become 0.5, and a name that is all digits a number.
        disable_numparse=True,
        colalign=["right" if column in numbers else "left" for column in columns],
    )
    return "\n".join(line.rstrip() for line in text.splitlines())
