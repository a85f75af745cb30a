"""Selects a candidate from a study's finished runs: table, sentence and `selection.json`."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from keras_infogan.runs.data import load_test_images
from keras_infogan.runtime.files import write_json
from keras_infogan.runtime.tables import format_table
from keras_infogan.selection.candidates import Candidate, measure_candidate
from keras_infogan.selection.rule import (
    INFORMATIVE,
    REPRODUCED,
    Selection,
    are_numbers_reproduced,
    select_candidate,
)
from keras_infogan.selection.seed_agreement import UNUSED_BELOW, Stability
from keras_infogan.studies import results
from keras_infogan.studies.definition import Study
from keras_infogan.studies.directory import StudyDirectory
from keras_infogan.studies.plan import StudyOptions

HEAD: tuple[str, ...] = (
    "candidate",
    "seeds",
    "held-out nats",
    "stability",
    "lowest",
    "numbers",
    "unused",
    "minutes",
    "verdict",
)
NO_VALUE = "-"


def rank_candidates(study: Study, options: StudyOptions, count: int) -> str:
    """Measures the finished runs of a selection study, picks, and writes `selection.json`.

    Args:
        study: a study of `selection_study`, run with these options.
        options: the options of the study.
        count: maximum number of real images of the test split to use; a random subset, the same
            every time.

    Returns:
        The table, and a sentence with the selected candidate.

    Raises:
        ValueError: no run is finished, or as `measure_candidate`.
        OSError: data cannot be read, or the record cannot be written.
    """
    study = study.changed(options.settings())
    directory = StudyDirectory(options.workdir)
    rows = results.read_study(study, directory, options.seeds)
    finished = [run for row in rows for run in row.finished]
    if not finished:
        raise ValueError(f"A run should be finished. Received: none of {directory.path}")
    images = _random_subset(load_test_images(finished[0].directory, options.data_dir), count)
    candidates = [measure_candidate(row, images) for row in rows]
    selection = select_candidate(candidates)
    said = sentence(selection, directory)
    kept = {**selection_record(candidates, selection), "images": len(images), "said": said}
    write_json(directory.path / "selection.json", kept)
    return f"{table(candidates, selection)}\n{said}"


def table(candidates: Sequence[Candidate], selection: Selection) -> str:
    """One line per candidate, for people.

    Nats are of each code, with their share of H(c) where it is discrete; stability is that of the
    categories, with its standard error, and numbers that of continuous codes; unused categories
    are counted per seed.
    """
    rows = [_cells(each, selection.verdicts[each.name]) for each in candidates]
    return format_table(rows, HEAD)


def sentence(selection: Selection, directory: StudyDirectory) -> str:
    """The selected candidate, and which of its runs agrees best with the others."""
    pick = selection.pick
    if pick is None or pick.stability is None:
        return "Nothing is picked: the verdicts say what each candidate lacks."
    sizes = ", ".join(f"{name} {size}" for name, size in pick.sizes.items())
    run = directory.run_directory(pick.name, pick.seeds[pick.stability.medoid]).path
    differing = "" if are_numbers_reproduced(pick) else " Its continuous codes differ by seed."
    return f"Picked: {sizes}. Of its runs {run} agrees best with the others.{differing}"


def selection_record(candidates: Sequence[Candidate], selection: Selection) -> dict[str, Any]:
    """The selection as JSON takes it."""
    pick = selection.pick
    return {
        "pick": pick.name if pick else None,
        "seed": pick.seeds[pick.stability.medoid] if pick and pick.stability else None,
        "limits": {
            "informative": INFORMATIVE,
            "reproduced": REPRODUCED,
            "unused_below": UNUSED_BELOW,
        },
        "candidates": [
            {
                **dataclasses.asdict(each),
                "information": {
                    name: nats if math.isfinite(nats) else None
                    for name, nats in each.information.items()
                },
                "categories": _stability_record(each.categories),
                "numbers": _stability_record(each.numbers),
                "verdict": selection.verdicts[each.name],
            }
            for each in candidates
        ],
    }


def _random_subset(images: np.ndarray, count: int) -> np.ndarray:
    """A random subset: the first images of a folder would be of its first classes."""
    rows = np.random.default_rng(0).permutation(len(images))[:count]
    return images[np.sort(rows)]


def _stability_record(found: Stability | None) -> dict[str, Any] | None:
    return found._asdict() if found else None


def _cells(candidate: Candidate, verdict: str) -> tuple[str, ...]:
    nats = [
        f"{name} {value:.2f}"
        + (f" ({candidate.share(name):.0%})" if name in candidate.entropies else "")
        for name, value in candidate.information.items()
    ]
    found, numbers = candidate.categories, candidate.numbers
    error = "" if found is None or found.error is None else f" +- {found.error:.3f}"
    return (
        candidate.name,
        str(len(candidate.seeds)),
        ", ".join(nats) or NO_VALUE,
        f"{found.mean:.3f}{error}" if found else NO_VALUE,
        f"{found.lowest:.3f}" if found else NO_VALUE,
        f"{numbers.mean:.3f}" if numbers else NO_VALUE,
        " ".join(map(str, candidate.unused)) or NO_VALUE,
        f"{candidate.minutes:.1f}",
        verdict,
    )
