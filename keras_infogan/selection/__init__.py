"""How many codes a data set asks for, judged without labels."""

from keras_infogan.selection.candidates import Candidate, measure
from keras_infogan.selection.rule import Selection, select
from keras_infogan.selection.stability import (
    Stability,
    category_agreement,
    number_agreement,
    stability,
    unused_categories,
)
from keras_infogan.selection.study import selection_study

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
