"""Spherical harmonics against their defining properties and scipy."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from scipy import special

from backend.representations.harmonics import DEGREES, basis, colour


def sphere(count: int = 200_000) -> torch.Tensor:
    """Fibonacci points: equal-area quadrature."""
    k = torch.arange(count, dtype=torch.float64) + 0.5
    z = 1 - 2 * k / count
    angle = torch.pi * (1 + 5**0.5) * k
    return torch.stack([(1 - z * z).sqrt() * angle.cos(), (1 - z * z).sqrt() * angle.sin(), z], dim=1)


def test_orthonormal() -> None:
    """The sixteen functions are orthonormal over the sphere."""
    y = basis(sphere(), 3)
    gram = 4 * torch.pi * y.T @ y / len(y)
    torch.testing.assert_close(gram, torch.eye(16, dtype=torch.float64), atol=1e-4, rtol=0)


@pytest.mark.parametrize("degree", [0, 1, 2, 3])
def test_matches_scipy(degree: int) -> None:
    """Each function is the real harmonic of scipy's complex ones, Condon-Shortley phase kept."""
    direction = sphere(50)
    x, y, z = direction.numpy().T
    theta, phi = np.arccos(z), np.arctan2(y, x)
    k = degree * degree
    ours = basis(direction, degree).numpy()
    for m in range(-degree, degree + 1):
        complex_y = special.sph_harm_y(degree, abs(m), theta, phi)
        real = complex_y.real if m == 0 else np.sqrt(2) * (complex_y.imag if m < 0 else complex_y.real)
        np.testing.assert_allclose(ours[:, k + degree + m], real, atol=1e-9)


def test_constant_colour() -> None:
    """Coefficients of degree 0 alone give 1/2 + c / (2 sqrt pi) from everywhere; negative light is cut."""
    c = torch.tensor([[[1.0, 0.0, -9.0]]]).expand(5, 1, 3)
    out = colour(c, sphere(5).float())
    torch.testing.assert_close(out, torch.tensor([0.5 + 0.28209479, 0.5, 0.0]).expand(5, 3))
    assert DEGREES == (1, 4, 9, 16)
