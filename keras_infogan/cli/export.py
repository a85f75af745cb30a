"""Exports a trained model: for TensorFlow Serving, as a preset, or for other runtimes.

infogan-export --workdir=DIR|--preset=NAME --model_base_path=DIR
infogan-export --workdir=DIR --format=preset --out=DIR [--data=NAME --data_license=TEXT]
infogan-export --workdir=DIR|--preset=NAME --format=onnx|litert --out=DIR

The first form writes the next version of a SavedModel. The second one writes the weights that
`InfoGAN.from_preset` and --preset read, half as large, with the config and the scores of the run,
and with a model card, README.md. The third one writes the files generate and recognize, .onnx or
.tflite.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from absl import flags

from keras_infogan.cli import card_flags, command, path_flags

path_flags.define_model()
FORMAT = flags.DEFINE_enum(
    "format", "savedmodel", ["savedmodel", "preset", "onnx", "litert"], "what to write"
)
MODEL_BASE_PATH = path_flags.define_path(
    "model_base_path", None, "directory of the versions of a SavedModel; made if missing"
)
OUT = path_flags.define_path(
    "out", None, "directory of a preset or of other files; files in it are replaced"
)
card_flags.define()


def main(argv: Sequence[str]) -> None:
    """Runs the command; `argv` holds the program's name only."""
    del argv
    _check_flags()
    if FORMAT.value == "preset":
        _export_preset(Path(OUT.value))
        return
    from keras_infogan import export_litert, export_onnx, export_savedmodel
    from keras_infogan.runs.model_file import load_model

    model = load_model(path_flags.chosen_directory())
    if FORMAT.value != "savedmodel":
        export = export_onnx if FORMAT.value == "onnx" else export_litert
        print(*export(model, OUT.value), sep="\n")
        return
    print(export_savedmodel(model, MODEL_BASE_PATH.value))


def _check_flags() -> None:
    is_savedmodel = FORMAT.value == "savedmodel"
    if (MODEL_BASE_PATH.value is None) == is_savedmodel or (OUT.value is None) != is_savedmodel:
        place = "--model_base_path" if is_savedmodel else "--out"
        raise ValueError(
            f"--format={FORMAT.value} should come with {place} alone. "
            f"Received: --model_base_path={MODEL_BASE_PATH.value}, --out={OUT.value}"
        )


def _export_preset(out: Path) -> None:
    from keras_infogan.reports import model_card
    from keras_infogan.runs.directory import PresetDirectory
    from keras_infogan.runs.preset_export import export_preset
    from keras_infogan.trained.preset import CARD_FILE

    terms = export_preset(path_flags.chosen_directory(), out, card_flags.terms())
    card = model_card.render(PresetDirectory(str(out)), terms, card_flags.other_seeds())
    (out / CARD_FILE).write_text(card, encoding="utf-8")
    print(out)


def entry_point() -> None:
    """Console script `infogan-export`."""
    command.run(main, __name__)


if __name__ == "__main__":
    entry_point()
