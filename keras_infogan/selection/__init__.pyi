"""How many codes a data set asks for, judged without labels."""

from .candidates import Candidate, measure
from .rule import Selection, select
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
    "measure",
    "number_agreement",
    "select",
    "selection_study",
    "stability",
    "unused_categories",
]
