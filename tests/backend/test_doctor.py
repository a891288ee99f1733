"""The doctor: names what is missing and its mend, and fails only when generation cannot work."""

from __future__ import annotations

import argparse
import hashlib
import json
from pathlib import Path

import pytest

from backend import doctor
from backend.errors import PropsmithError


def prior_in(folder: Path) -> Path:
    """A prior folder whose one file is as its prior.json says."""
    folder.mkdir()
    (folder / "model.safetensors").write_bytes(b"weights")
    sums = {"model.safetensors": hashlib.sha256(b"weights").hexdigest()}
    (folder / "prior.json").write_text(json.dumps({"sha256": sums}))
    return folder


def rows(**arguments: str) -> dict[str, doctor.Check]:
    return {check.name: check for check in doctor.examine(**arguments)}


def test_a_right_prior_passes_and_each_damage_is_named(tmp_path: Path) -> None:
    """Checksums right, file missing, file changed, description missing, description damaged: each its own code."""
    folder = prior_in(tmp_path / "prior")
    doctor.verify_prior(folder)

    def code() -> str:
        with pytest.raises(PropsmithError) as caught:
            doctor.verify_prior(folder)
        return caught.value.code

    (folder / "model.safetensors").write_bytes(b"Weights")
    assert code() == "weights-checksum"
    (folder / "model.safetensors").unlink()
    assert code() == "weights-missing"
    for text in ("{", "[]", '{"sha256": 3}', "{}"):
        (folder / "prior.json").write_text(text)
        assert code() == "prior-invalid"
    (folder / "prior.json").unlink()
    assert code() == "weights-missing"


def test_a_complete_machine_can_generate(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """With everything in place the doctor says so and exits 0, as text and as JSON."""
    monkeypatch.setattr(doctor, "WEIGHTS", prior_in(tmp_path / "prior"))
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
    monkeypatch.setattr(doctor, "WEIGHTS", tmp_path / "nothing")
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
