"""Writes a report on a run: one HTML page that needs no network, or a model card.

infogan-report --workdir=DIR [--out=FILE.html]
infogan-report --workdir=DIR|--preset=NAME --model_card [--out=README.md]
    [--data=NAME --data_license=TEXT] [--other_seed=DIR]

The page shows the training curves, what each code does over training, the evaluation, the confusion
matrices, the config and the machine. The run may be unfinished; the page says what is missing. The
model card is Markdown, with the head that the Hugging Face hub reads: what the codes are, what was
measured of them, the scores, the limits and the command.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from absl import flags

from keras_infogan.cli import card_flags, command, path_flags

path_flags.define_model()
MODEL_CARD = flags.DEFINE_boolean("model_card", False, "write a model card in place of the page")
OUT = path_flags.define_path(
    "out", None, "the file to write (default: report.html or README.md in the run's directory)"
)
card_flags.define()


def main(argv: Sequence[str]) -> None:
    """Runs the command; `argv` holds the program's name only."""
    del argv
    from keras_infogan.reports import model_card, run_report
    from keras_infogan.runtime.files import replace_file

    directory = path_flags.chosen_directory()
    if flags.FLAGS.preset and not (MODEL_CARD.value and OUT.value):
        raise ValueError(
            "A preset should come with --model_card and --out. "
            f"Received: --preset={flags.FLAGS.preset}"
        )
    name = "README.md" if MODEL_CARD.value else "report.html"
    path = Path(OUT.value) if OUT.value else directory.path / name
    if MODEL_CARD.value:
        page = model_card.render(directory, card_flags.terms(), card_flags.other_seeds())
    else:
        page = run_report.render(directory)
    replace_file(path, lambda temporary: temporary.write_text(page, encoding="utf-8"))
    print(f"{'card' if MODEL_CARD.value else 'page'}: {path}")


def entry_point() -> None:
    """Console script `infogan-report`."""
    command.run(main, __name__)


if __name__ == "__main__":
    entry_point()
