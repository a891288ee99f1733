"""The doctor: names what is missing and its mend, and fails only when generation cannot work."""

from __future__ import annotations

import argparse
import hashlib
import json
from pathlib import Path

import pytest

from backend import doctor
from backend.priors import loader


def prior_in(folder: Path) -> Path:
    """A prior folder whose one file is as its prior.json says."""
    folder.mkdir()
    (folder / "model.safetensors").write_bytes(b"weights")
    sums = {"model.safetensors": hashlib.sha256(b"weights").hexdigest()}
    (folder / "prior.json").write_text(
        json.dumps({"format": 1, "family": "mv-transformer", "licence": "GPL-3.0-or-later", "sha256": sums})
    )
    return folder


def rows(**arguments: str) -> dict[str, doctor.Check]:
    return {check.name: check for check in doctor.examine(**arguments)}


def test_a_right_prior_passes_and_each_damage_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Checksums right, file changed, file missing, description damaged, description missing: each said as it is."""
    folder = prior_in(tmp_path / "prior")
    monkeypatch.setattr(loader, "EMBEDDED", folder)
    assert doctor._embedded_prior().ok
    (folder / "model.safetensors").write_bytes(b"Weights")
    assert "damaged" in doctor._embedded_prior().value
    (folder / "model.safetensors").unlink()
    assert "model.safetensors' is missing" in doctor._embedded_prior().value
    (folder / "prior.json").write_text("{")
    assert "cannot be used" in doctor._embedded_prior().value
    (folder / "prior.json").unlink()
    row = doctor._embedded_prior()
    assert "prior.json' is missing" in row.value and row.ok is False and row.needed and row.remedy


def test_a_complete_machine_can_generate(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """With everything in place the doctor says so and exits 0, as text and as JSON."""
    monkeypatch.setattr(loader, "EMBEDDED", prior_in(tmp_path / "prior"))
    for as_json in (False, True):
        args = argparse.Namespace(json=as_json, device="cpu", store=str(tmp_path / "store"))
        assert doctor.main(args) == 0
    text, _, machine = capsys.readouterr().out.partition("{")
    assert "can generate here" in text and "torch" in text
    found = json.loads("{" + machine)
    assert found["works"] and {c["name"] for c in found["checks"]} >= {"python", "torch", "device", "embedded prior"}


def test_what_is_missing_is_named_with_its_mend(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A missing package, a missing prior and a missing device are WRONG, each with a remedy, and the exit code is 1."""
    monkeypatch.setattr(loader, "EMBEDDED", tmp_path / "nothing")
    monkeypatch.setitem(doctor.NEEDED, "no-such-package", "no_such_package")
    found = rows(wanted_device="cuda:99")
    for name in ("no-such-package", "embedded prior", "device"):
        assert found[name].ok is False and found[name].needed and found[name].remedy, name
    assert doctor.main(argparse.Namespace(json=False, device="cpu", store="")) == 1
    assert "-> Repair the environment" in capsys.readouterr().out


def test_optional_packages_never_stop_generation(monkeypatch: pytest.MonkeyPatch) -> None:
    """An absent optional package is a dash, not a fault."""
    monkeypatch.setitem(doctor.OPTIONAL, "no-such-extra", "nothing")
    row = rows()["no-such-extra"]
    assert row.ok is None and not row.needed


def test_a_foreign_store_is_reported(tmp_path: Path) -> None:
    """A store folder that is a stranger's is named as such."""
    (tmp_path / "cat.png").write_bytes(b"x")
    row = rows(store=str(tmp_path))["store"]
    assert row.ok is False and "not a Propsmith store" in row.value
