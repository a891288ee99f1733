"""Owns the agreement of the views' paint over the surface: islands that little speaks for become what lies around them.

A prior's colours and classes wander over a part in patches of a few pixels. Every pixel of every view is a point on the surface;
which palette entry it shows is settled together with the points around it, seen by whichever view: mean field of a Potts model
with Gaussian edges (Kraehenbuehl and Koltun 2011, "Efficient Inference in Fully Connected CRFs with Gaussian Edge Potentials").
"""

from __future__ import annotations

import numpy as np
import torch
from scipy import sparse
from scipy.spatial import cKDTree

from .cameras import points_from_depth
from .priors import DEPTH, NORMAL, Maps
from .rasterise import Array

CERTAIN = 0.22  # distance of entries in the palette's features from which on a pixel is wholly one or the other
AROUND = 1.0  # what the points around weigh against a pixel that is certain
SHARPNESS = 8.0  # of the field: 1 of evidence is a factor of 3000
SIGMA_PX = 2.0  # of a 64-px view
TURN = 1.2  # sigmas that normals a unit apart (60 degrees) count as
NEIGHBOURS, ROUNDS = 28, 6


def settled(squared: Array, maps: Maps, opaque: Array, trust: Array) -> Array:
    """(P, K) memberships of the P opaque pixels, each settled with its surroundings.

    squared: (V, S, S, K) squared distances of pixels to entries in the palette's features; trust: (V, S, S) >= 0.
    """
    evidence = np.minimum(squared[opaque] / CERTAIN**2, 1.0).astype(np.float32)
    if len(evidence) <= NEIGHBOURS or evidence.shape[1] == 1:
        return _shares(-evidence)
    links = _links(maps, opaque, trust)
    field = _shares(-evidence)
    for _ in range(ROUNDS):
        field = _shares(AROUND * (links @ field) - evidence)
    return field


def _links(maps: Maps, opaque: Array, trust: Array) -> sparse.csr_matrix:
    """(P, P) how much each pixel hears each other: rows of at most NEIGHBOURS entries, summing to 1, none of its own."""
    buffer = torch.nan_to_num(maps.maps.detach().float().cpu())
    point = points_from_depth(maps.cameras, buffer[:, DEPTH][:, 0]).numpy()[opaque]
    normal = buffer[:, NORMAL].permute(0, 2, 3, 1).numpy()[opaque]
    normal = normal / np.maximum(np.linalg.norm(normal, axis=1, keepdims=True), 1e-6)
    sigma = SIGMA_PX / 32
    place = np.concatenate([point / sigma, TURN * normal], axis=1).astype(np.float32)
    distance, index = cKDTree(place).query(place, k=NEIGHBOURS + 1)
    weight = np.exp(-0.5 * distance**2) * trust[opaque][index]
    weight[index == np.arange(len(place))[:, None]] = 0
    weight /= np.maximum(weight.sum(1, keepdims=True), 1e-9)
    pointers = np.arange(0, index.size + 1, NEIGHBOURS + 1)
    return sparse.csr_matrix((weight.ravel().astype(np.float32), index.ravel(), pointers), shape=(len(place),) * 2)


def _shares(score: Array) -> Array:
    """(P, K) softmax of scores at SHARPNESS."""
    raised = np.exp(SHARPNESS * (score - score.max(1, keepdims=True)))
    shares: Array = raised / raised.sum(1, keepdims=True)
    return shares
