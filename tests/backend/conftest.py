"""What the backend's tests share: one thread, and the analytic prior."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import torch

from backend.priors.analytic import analytic_prior
from backend.priors.gaussian import GaussianPrior


@pytest.fixture(autouse=True)
def one_thread() -> Iterator[None]:
    """Small tensors: one thread is faster than several that wait for each other."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


@pytest.fixture(scope="module")
def prior(request: pytest.FixtureRequest) -> GaussianPrior:
    """The analytic prior in the size that the test module names: SIZE_PX, 32 where it names none."""
    return analytic_prior(getattr(request.module, "SIZE_PX", 32))
