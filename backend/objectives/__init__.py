"""Score distillation: every objective is a row of one table, evaluated by one engine."""

from __future__ import annotations

from .engine import Draw, Guide, gradient
from .table import OBJECTIVES, Objective, Term

__all__ = ["OBJECTIVES", "Draw", "Guide", "Objective", "Term", "gradient"]
