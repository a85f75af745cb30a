"""The model card of a run or a preset: Markdown, with the head that the Hugging Face hub reads."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from tabulate import tabulate

from keras_infogan.evaluation.groups import CLASSES
from keras_infogan.runs.defaults import train_command
from keras_infogan.runs.directory import PresetDirectory, WorkDirectory
from keras_infogan.runs.preset_export import terms_of_run
from keras_infogan.runtime.files import read_json
from keras_infogan.studies.scores import KINDS
from keras_infogan.trained import Terms
from keras_infogan.trained.preset import describe_code
from keras_infogan.trained.terms import RENDERED

HUB_LICENSES = {"CC BY-SA 3.0": "cc-by-sa-3.0", "MIT": "mit", "Apache 2.0": "apache-2.0"}
OWN_LICENSE = "apache-2.0"  # of weights that learned from data which this package renders
CLEAR = 0.5  # the least |rank correlation| with an attribute that a card names
IMAGE_ATTRIBUTES = "rank_correlation/"
_SHOWN = tuple(f"{kind}/" for kind in KINDS if not kind.startswith("attribute_"))


def render(
    directory: WorkDirectory,
    terms: Terms | None = None,
    seeds: Sequence[WorkDirectory] = (),
) -> str:
    """Writes the card.

    Args:
        directory: of a finished run, or a preset that `infogan-export` wrote. Scores are those of
            its evaluation; a card without one says so.
        terms: the name and the license of the data; None is what `terms_of_run` says.
        seeds: evaluated runs of the same config with other seeds, for the spread of the scores.

    Raises:
        ValueError: no run is there, or a file of it is damaged, or a run of `seeds` was not
            evaluated or has another config.

    Examples:
        >>> Path("README.md").write_text(render(WorkDirectory("runs/mnist")))   # doctest: +SKIP
    """
    config = directory.read_config()
    terms = terms or terms_of_run(directory)
    scores = directory.read_scores() if directory.evaluation.is_file() else {}
    return "\n".join(
        [
            *_head(config, terms),
            f"# {config['name']}",
            "",
            f"A generative adversarial network with codes, trained on {terms.title} "
            f"{'with' if _takes_labels(config) else 'without'} labels by keras-infogan.",
            "",
            *_codes(config, scores, read_json(directory.evaluation)),
            *_scores(scores),
            *_over_seeds(config, scores, seeds),
            *_limits(directory, config, terms),
            *_use(directory),
        ]
    )


def _head(config: Mapping[str, Any], terms: Terms) -> list[str]:
    """The YAML head; every value is JSON, which YAML reads."""
    head = {
        "library_name": "keras",
        **_license(terms),
        "pipeline_tag": "unconditional-image-generation",
        "tags": ["keras-infogan", "infogan", "gan", "disentanglement", "clustering"],
        "datasets": [str(config["data"]["name"]).partition("/")[0]],
    }
    return ["---", *(f"{name}: {json.dumps(value)}" for name, value in head.items()), "---", ""]


def _license(terms: Terms) -> dict[str, str]:
    """The license of the weights: that of the data, in the hub's words."""
    if terms.license == RENDERED:
        return {"license": OWN_LICENSE}
    known = HUB_LICENSES.get(terms.license)
    return {"license": known} if known else {"license": "other", "license_name": terms.license}


def _codes(
    config: Mapping[str, Any], scores: Mapping[str, float], record: Mapping[str, Any]
) -> list[str]:
    rows = [
        [f"`{name}`", describe_code(code), _effect(name, scores, "categorical" in code["kind"])]
        for name, code in config["latents"]["codes"].items()
    ]
    noise = config["latents"]["noise"]
    return [
        "## Codes",
        "",
        _table(rows, ["code", "values", "what was measured of it"]),
        "",
        f"The generator also reads {noise} numbers of noise. Another seed gives the values of a "
        "category another order.",
        "",
        *_values(record),
    ]


def _values(record: Mapping[str, Any]) -> list[str]:
    """Which value of each code is which class of the labels that it was compared with."""
    lines = []
    for name, found in record.get(CLASSES, {}).items():
        pairs = zip(found["classes"], found["value_of_class"], strict=True)
        values = ", ".join(f"{each}: {value}" for each, value in pairs if value is not None)
        lines.append(f"- Class, and the value of `{name.partition('/')[0]}` for it: {values}.")
    return [*lines, ""] if lines else []


def _effect(name: str, scores: Mapping[str, float], is_category: bool) -> str:
    """What an evaluation says of a code, in words."""
    found = []
    for score, value in scores.items():
        kind, _, rest = score.partition("/")
        code, _, label = rest.partition("/")
        if kind == "code_accuracy" and code == name:
            found.append(f"accuracy {value:.3f}{f' against `{label}`' if label else ''}")
        if kind == "information" and code == name:
            entropy = scores.get(f"entropy/{name}", math.nan)
            # That of numbers has no upper limit: their entropy is a differential one.
            limit = f" of {entropy:.2f}" if is_category else ""
            found.append(f"information {value:.2f}{limit} nats")
        is_dimension = code == name or code.removeprefix(f"{name}_").isdigit()
        if score.startswith(IMAGE_ATTRIBUTES) and is_dimension and abs(value) >= CLEAR:
            found.append(f"{code} follows {label.replace('_', ' ')} ({value:+.2f})")
    return "; ".join(found) or "not measured"


def _scores(scores: Mapping[str, float]) -> list[str]:
    if not scores:
        return ["## Scores", "", "This run was not evaluated.", ""]
    rows = [[name, f"{value:.4f}"] for name, value in scores.items() if name.startswith(_SHOWN)]
    step, seed, images = (scores.get(name, math.nan) for name in ("step", "seed", "images"))
    return [
        "## Scores",
        "",
        f"By `infogan-evaluate`, after {step:,.0f} updates with seed {seed:.0f}, on {images:,.0f} "
        "test images:",
        "",
        _table(rows, ["score", "value"]),
        "",
    ]


def _over_seeds(
    config: Mapping[str, Any], scores: Mapping[str, float], seeds: Sequence[WorkDirectory]
) -> list[str]:
    if not seeds:
        return []
    for each in seeds:
        other = each.read_config()
        if _without_seed_and_place(other) != _without_seed_and_place(config):
            raise ValueError(
                f"The other seeds should have the same config. Received: {each.path}, a run of "
                f"{other['name']} that differs"
            )
    all_scores = [scores, *(each.read_scores() for each in seeds)]
    rows = [
        [name, f"{np.mean(values):.4f}", f"{min(values):.4f}", f"{max(values):.4f}"]
        for name in scores
        if name.startswith(_SHOWN)
        and (values := [each[name] for each in all_scores if name in each])
    ]
    configs = [config, *(each.read_config() for each in seeds)]
    numbers = ", ".join(str(seed) for seed in sorted(each["seed"] for each in configs))
    return [
        f"### Over seeds {numbers}",
        "",
        _table(rows, ["score", "mean", "minimum", "maximum"]),
        "",
    ]


def _without_seed_and_place(config: Mapping[str, Any]) -> dict[str, Any]:
    return {**config, "seed": 0, "data": {**config["data"], "path": ""}}


def _limits(directory: WorkDirectory, config: Mapping[str, Any], terms: Terms) -> list[str]:
    halved = ["- Matrices are stored in float16."] if _is_preset(directory) else []
    unlabeled = (
        "- No label told the model what a code should mean. A code may mix several properties."
    )
    return [
        "## Limits",
        "",
        f"- Trained on {terms.title} only (license of the data: {terms.license}). Other images get "
        "codes too, and these mean nothing.",
        f"- {config['steps']:,} updates of batch {config['batch_size']}. Width of the networks: "
        f"{config['networks']['width_multiplier']:g} of the full one.",
        *halved,
        *([] if _takes_labels(config) else [unlabeled]),
        "",
        "## How it was trained",
        "",
        f"    {train_command(config)}",
        "",
    ]


def _takes_labels(config: Mapping[str, Any]) -> bool:
    return "label" in config["model"]


def _is_preset(directory: WorkDirectory) -> bool:
    return isinstance(directory, PresetDirectory)


def _use(directory: WorkDirectory) -> list[str]:
    name = directory.model.name if _is_preset(directory) else "DIRECTORY/model.keras"
    return [
        "## Use",
        "",
        "```python",
        "import keras_infogan as infogan",
        "",
        f'model = infogan.InfoGAN.from_preset("{name}")',
        "pictures = model.sample(8, seed=0)  # float32 in [0, 1]",
        "codes = model.recognize(pictures)  # a tfp distribution per code",
        "```",
        "",
    ]


def _table(rows: Sequence[Sequence[str]], heads: Sequence[str]) -> str:
    return tabulate(rows, heads, tablefmt="github", disable_numparse=True)
