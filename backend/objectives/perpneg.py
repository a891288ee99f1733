"""Perp-Neg (Armandpour et al. 2023): negatives that push at right angles to the prompt; `priors/view_words.py` weighs them."""

from __future__ import annotations

from torch import Tensor


def perpendicular(x: Tensor, y: Tensor) -> Tensor:
    """The part of x at right angles to y, image by image: both (..., c, h, w)."""
    dims = (-3, -2, -1)
    along = (x * y).sum(dims, keepdim=True) / (y * y).sum(dims, keepdim=True).clamp(min=1e-6)
    return x - along * y


def guided(null: Tensor, text: Tensor, negatives: list[tuple[Tensor, Tensor]], guidance: float) -> Tensor:
    """null + guidance (p + sum_i w_i perp(n_i, p)), p = text - null, n_i = eps_i - null: Perp-Neg's prediction.

    negatives: (eps_i (B, c, h, w), w_i (B,)) pairs. The engine adds the same terms to any row; this is the plain form.
    """
    positive = text - null
    total = positive
    for eps, weight in negatives:
        total = total + weight.reshape(-1, *[1] * (null.dim() - 1)) * perpendicular(eps - null, positive)
    return null + guidance * total
