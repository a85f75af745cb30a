"""The model card of a run or a preset: Markdown, with the head that the Hugging Face hub reads."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from tabulate import tabulate

from keras_infogan.evaluation.groups import without_label
from keras_infogan.runs.defaults import train_command
from keras_infogan.runs.directory import PresetDirectory, WorkDirectory
from keras_infogan.studies.scores import KINDS
from keras_infogan.trained import Terms, terms_of
from keras_infogan.trained.preset import METADATA_FILE, describe_code, read_json
from keras_infogan.trained.terms import RENDERED

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
        terms: the name and the license of the data; None is what `terms_of` or the preset says.
        seeds: evaluated runs of the same config with other seeds, for the spread of the scores.

    Raises:
        ValueError: no run is there, or a file of it is damaged, or a run of `seeds` was not
            evaluated or has another config.

    Examples:
        >>> Path("README.md").write_text(render(WorkDirectory("runs/mnist")))   # doctest: +SKIP
    """
    config = directory.read_config()
    terms = terms or _terms(directory, config)
    scores = directory.read_scores() if directory.evaluation.is_file() else {}
    return "\n".join(
        [
            *_head(config, terms),
            f"# {config['name']}",
            "",
            f"A generative adversarial network with codes, trained on {terms.title} without "
            "labels by [keras-infogan](https://github.com/keras-infogan/keras-infogan).",
            "",
            *_codes(config, scores),
            *_scores(scores),
            *_over_seeds(config, scores, seeds),
            *_limits(config, terms),
            *_use(directory, config),
        ]
    )


def _terms(directory: WorkDirectory, config: Mapping[str, Any]) -> Terms:
    if isinstance(directory, PresetDirectory) and directory.model.is_dir():
        metadata = read_json(directory.model / METADATA_FILE)
        if metadata.get("data"):
            return Terms(str(metadata["data"]), str(metadata.get("data_license")))
    return terms_of(config["data"])


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
    return {"license": "other", "license_name": terms.license}


def _codes(config: Mapping[str, Any], scores: Mapping[str, float]) -> list[str]:
    rows = [
        [f"`{name}`", describe_code(code), _effect(name, scores)]
        for name, code in config["latents"]["codes"].items()
    ]
    noise = config["latents"]["noise"]
    return [
        "## Codes",
        "",
        _table(rows, ["code", "values", "what was measured of it"]),
        "",
        f"Besides, the generator reads {noise} numbers of noise. The order of a category's values, "
        "and the sign of a number, are those of this run: another seed gives others.",
        "",
    ]


def _effect(name: str, scores: Mapping[str, float]) -> str:
    """What an evaluation says of a code, in words."""
    found = []
    for score, value in scores.items():
        kind, _, rest = score.partition("/")
        code, _, label = rest.partition("/")
        if kind == "code_accuracy" and code == name:
            found.append(f"accuracy {value:.3f}{f' against `{label}`' if label else ''}")
        if kind == "information" and code == name:
            entropy = scores.get(without_label(f"entropy/{name}"), float("nan"))
            found.append(f"information {value:.2f} of {entropy:.2f} nats")
        is_dimension = code == name or code.removeprefix(f"{name}_").isdigit()
        if score.startswith(IMAGE_ATTRIBUTES) and is_dimension and abs(value) >= CLEAR:
            found.append(f"{code} follows {label.replace('_', ' ')} ({value:+.2f})")
    return "; ".join(found) or "nothing"


def _scores(scores: Mapping[str, float]) -> list[str]:
    if not scores:
        return ["## Scores", "", "This run was not evaluated.", ""]
    rows = [[name, f"{value:.4f}"] for name, value in scores.items() if name.startswith(_SHOWN)]
    return [
        "## Scores",
        "",
        f"On {scores['images']:,.0f} test images and as many generated ones, by "
        f"`infogan-evaluate`, after {scores['step']:,.0f} updates with seed {scores['seed']:.0f}:",
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
    numbers = ", ".join(sorted(f"{each['seed']:.0f}" for each in all_scores))
    return [
        f"### Over seeds {numbers}",
        "",
        _table(rows, ["score", "mean", "minimum", "maximum"]),
        "",
    ]


def _without_seed_and_place(config: Mapping[str, Any]) -> dict[str, Any]:
    return {**config, "seed": 0, "data": {**config["data"], "path": ""}}


def _limits(config: Mapping[str, Any], terms: Terms) -> list[str]:
    return [
        "## Limits",
        "",
        f"- The weights know {terms.title} only (license of the data: {terms.license}). Images of "
        "another kind get codes too, and these mean nothing.",
        f"- {config['steps']:,} updates of batch {config['batch_size']}; the networks have "
        f"{config['networks']['width_multiplier']:g} of the full width.",
        "- Matrices are stored in float16.",
        "- No label told the model what a code should mean. A code may mix several properties.",
        "",
        "## How it was trained",
        "",
        f"    {train_command(config)}",
        "",
    ]


def _use(directory: WorkDirectory, config: Mapping[str, Any]) -> list[str]:
    name = directory.model.name if isinstance(directory, PresetDirectory) else config["name"]
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
