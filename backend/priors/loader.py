"""Loading of a prior from a local folder: `prior.json` says what it is, checksums say it is whole. Nothing is fetched."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError

from ..errors import problem
from . import Prior, multiview, mv_unet

EMBEDDED = Path(__file__).parent.parent / "weights" / "embedded"
FORMAT = 1
FAMILIES: dict[str, Callable[[Path, dict[str, Any], torch.device], Prior]] = {
    "mv-transformer": multiview.load,
    "mv-unet": mv_unet.load,
}


def folder_of(name: str) -> Path:
    """The folder of a prior: "embedded", or a path."""
    return EMBEDDED if name == "embedded" else Path(name)


def read_card(folder: Path) -> dict[str, Any]:
    """prior.json, checked. Raises prior-missing, weights-missing (the embedded one) or prior-invalid."""
    path = folder / "prior.json"
    if folder != EMBEDDED and ("\0" in str(folder) or not path.is_file()):
        raise problem("prior-missing", path=folder)
    if not path.is_file():
        raise problem("weights-missing", path=path)
    try:
        card = json.loads(path.read_text(encoding="utf-8"))
    except ValueError as error:
        raise problem("prior-invalid", path=folder, why="prior.json is no JSON") from error
    if not isinstance(card, dict) or card.get("format") != FORMAT or card.get("family") not in FAMILIES:
        why = (
            f"format {card.get('format')!r}, family {card.get('family')!r}"
            if isinstance(card, dict)
            else "not an object"
        )
        raise problem("prior-invalid", path=folder, why=why)
    return card


def verify(folder: Path, card: dict[str, Any]) -> None:
    """Compare every file with its SHA-256. Raises weights-missing or weights-checksum."""
    if not isinstance(card.get("sha256"), dict) or not card["sha256"]:
        raise problem("prior-invalid", path=folder, why="prior.json lists no checksums")
    for name, expected in card["sha256"].items():
        path = folder / name
        if not path.is_file():
            raise problem("weights-missing", path=path)
        if hashlib.sha256(path.read_bytes()).hexdigest() != expected:
            raise problem("weights-checksum", path=path)


def load_prior(name: str, device: torch.device) -> Prior:
    """The prior of that name or folder, verified, on the device."""
    folder = folder_of(name)
    card = read_card(folder)
    verify(folder, card)
    try:
        return FAMILIES[card["family"]](folder, card, device)
    except (SafetensorError, KeyError, TypeError, ValueError) as error:
        raise problem("prior-invalid", path=folder, why=f"{type(error).__name__}: {error}"[:200]) from error
