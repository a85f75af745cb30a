"""Tables of papers as data: configs times seeds, run and reported by `infogan-study`."""

from .catalogue import STUDIES
from .definition import Row, Study

__all__ = ["STUDIES", "Row", "Study"]
