"""Selects the number of codes for a dataset, without labels."""

from .candidates import Candidate, measure_candidate
from .rule import Selection, select_candidate
from .seed_agreement import (
    Stability,
    category_agreement,
    number_agreement,
    stability,
    unused_categories,
)
from .study import selection_study

__all__ = [
    "Candidate",
    "Selection",
    "Stability",
    "category_agreement",
    "measure_candidate",
    "number_agreement",
    "select_candidate",
    "selection_study",
    "stability",
    "unused_categories",
]
