"""Every failure a user can meet: one tree by what they can do about it, one table of sentences, remedies and fixes."""

from __future__ import annotations

import errno
from dataclasses import dataclass

# What an operating system says when a disk takes no more: space, quota, the largest file allowed.
FULL = tuple(getattr(errno, name) for name in ("ENOSPC", "EDQUOT", "EFBIG") if hasattr(errno, name))
REFUSED = (errno.EPERM, errno.EACCES, errno.EROFS, errno.ENAMETOOLONG, errno.ENOTDIR)
LONGEST_DETAIL = 300  # characters of a path or a reason in a sentence


class PropsmithError(Exception):
    """A failure with a stable code, one sentence, a remedy and, in Blender, the button that mends it.

    `fix` names an operator id ("propsmith.open_preferences") or is empty. Made by `problem(code, **details)`.
    """

    def __init__(self, code: str, sentence: str, remedy: str, fix: str = "") -> None:
        super().__init__(f"{sentence} {remedy} [{code}]")
        self.code, self.sentence, self.remedy, self.fix = code, sentence, remedy, fix

    def as_dict(self) -> dict[str, str]:
        return {"code": self.code, "sentence": self.sentence, "remedy": self.remedy, "fix": self.fix}


class InputError(PropsmithError):
    """The request is at fault: the user changes the prompt, the image or a setting."""


class SetupError(PropsmithError):
    """The installation is at fault: a package, the weights, the worker's Python."""


class ResourceError(PropsmithError):
    """The machine is at fault: memory, disk, permissions."""


class JobError(PropsmithError):
    """A job folder is at fault: corrupt, foreign, of an unknown version."""


class Cancelled(PropsmithError):
    """The user asked for the job to stop."""


class InternalError(PropsmithError):
    """Our own fault: what no other row foresaw."""


@dataclass(frozen=True)
class Problem:
    """One row of the table. `sentence` and `remedy` are format strings over the details."""

    kind: type[PropsmithError]
    sentence: str
    remedy: str
    fix: str = ""


CATALOGUE: dict[str, Problem] = {
    # --- the prompt
    "prompt-empty": Problem(InputError, "The prompt is empty.", "Type what to make, for example 'a wooden barrel'."),
    "prompt-too-long": Problem(
        InputError, "The prompt has {length} characters; the limit is {limit}.", "Shorten it to the essential words."
    ),
    "prompt-characters": Problem(
        InputError, "The prompt holds control characters (such as NUL).", "Retype it without pasted control characters."
    ),
    "prompt-unknown": Problem(
        InputError,
        "No word of the prompt names a thing this prior was taught.",
        "The nearest kinds it knows: {nearest}.",
    ),
    "prompt-language": Problem(
        InputError,
        "The prior reads English, and the prompt holds no word in Latin letters.",
        "Describe the prop in English, for example 'a wooden barrel'.",
    ),
    # --- settings
    "setting-range": Problem(
        InputError, "{name} is {value}; it must lie in {low} to {high}.", "Choose a value inside."
    ),
    "setting-choice": Problem(
        InputError, "{name} is '{value}', which is not one of {choices}.", "Choose one of these."
    ),
    "setting-type": Problem(InputError, "{name} must be {expected}, not {value}.", "Correct the value."),
    "setting-unknown": Problem(InputError, "'{name}' is not a setting of {owner}.", "Remove it or correct its name."),
    "list-row": Problem(
        InputError,
        "The row cannot be read: {why}.",
        "Correct it in the list; a cell with a separator in it stands in quotation marks, and in one line.",
    ),
    # --- images
    "image-missing": Problem(InputError, "There is no image file at '{path}'.", "Choose the file again."),
    "image-unreadable": Problem(
        InputError,
        "'{path}' is not an image that can be read ({why}).",
        "Open it in an image editor and save it as PNG.",
    ),
    "image-too-large": Problem(
        InputError, "The image is {width} x {height} pixels; the limit is {limit} megapixels.", "Scale it down first."
    ),
    "image-too-small": Problem(
        InputError,
        "The image is {width} x {height} pixels; at least {limit} on each side are needed.",
        "Use a larger one.",
    ),
    "image-no-object": Problem(
        InputError,
        "No single object stands out in the image ({why}).",
        "Use a picture of one object on a plain or transparent background.",
    ),
    "clipboard-tool": Problem(
        InputError,
        "The clipboard's picture cannot be read without '{name}'.",
        "Install it, or save the picture to a file.",
    ),
    "clipboard-empty": Problem(
        InputError, "There is no picture on the clipboard.", "Copy a picture first, or choose a file."
    ),
    "render-missing": Problem(InputError, "There is no render yet.", "Render an image first (F12)."),
    "view-missing": Problem(
        InputError, "There is no 3D viewport to take a picture of.", "Use the menu in a 3D viewport's sidebar."
    ),
    # --- meshes
    "mesh-missing": Problem(InputError, "The mesh '{path}' does not exist.", "Choose the file again."),
    "mesh-unreadable": Problem(
        InputError, "'{path}' is not a mesh that can be read ({why}).", "Export it again as GLB."
    ),
    "mesh-invalid": Problem(InputError, "The mesh cannot be used: {why}.", "{remedy}"),
    # --- results
    "shape-empty": Problem(
        InputError,
        "The views agreed on no solid shape.",
        "Try another seed, or simpler words such as 'a wooden chair'.",
    ),
    "member-empty": Problem(
        InputError,
        "Of several props one came out as nothing: the views of '{phrase}' agreed on no solid shape.",
        "Try another seed, or say it in other words.",
    ),
    # --- set-up
    "weights-missing": Problem(
        SetupError,
        "The prior's file '{path}' is missing.",
        "Install the extension again.",
        "propsmith.open_preferences",
    ),
    "weights-checksum": Problem(
        SetupError,
        "The prior's file '{path}' is damaged (its checksum is wrong).",
        "Install the extension again.",
        "propsmith.open_preferences",
    ),
    "prior-missing": Problem(
        SetupError, "There is no prior at '{path}'.", "Choose 'embedded', or the folder that holds its prior.json."
    ),
    "prior-invalid": Problem(SetupError, "The prior folder '{path}' cannot be used: {why}.", "Choose another prior."),
    "package-missing": Problem(
        SetupError,
        "The worker's Python lacks the package '{name}'.",
        "Repair the environment in the preferences.",
        "propsmith.repair_environment",
    ),
    "python-missing": Problem(
        SetupError,
        "The worker has no Python to run with.",
        "Set up the environment in the preferences.",
        "propsmith.create_environment",
    ),
    "setup-running": Problem(SetupError, "Set Up is at work already.", "Wait until it is done, or stop it."),
    "worker-start": Problem(
        SetupError,
        "The worker did not start: {why}.",
        "Test the environment, or choose another in the preferences.",
        "propsmith.verify_environment",
    ),
    "worker-silent": Problem(
        InternalError,
        "The worker has been silent for {seconds} s.",
        "Restart it; the job goes on.",
        "propsmith.restart_worker",
    ),
    "worker-died": Problem(
        InternalError, "The worker stopped in the middle of this job.", "Retry the job.", "propsmith.retry_job"
    ),
    "device-missing": Problem(
        SetupError, "The device '{device}' is not available here.", "Choose 'auto' or 'cpu' as the device."
    ),
    "objective-unsupported": Problem(
        InputError, "The objective '{objective}' cannot be served by this prior: {why}.", "Choose one of: {choices}."
    ),
    # --- resources
    "disk-full": Problem(ResourceError, "The disk of '{path}' is full.", "Free some space, then retry."),
    "folder-read-only": Problem(
        ResourceError, "'{path}' cannot be written to.", "Choose another folder.", "propsmith.open_preferences"
    ),
    "file-unsaved": Problem(
        InputError,
        "'{path}' is meant from the .blend's folder, and this file was never saved.",
        "Save the file first, or choose a full path.",
    ),
    "scene-linked": Problem(
        InputError,
        "The scene '{name}' is linked from another file, and nothing can be put into it.",
        "Go to a scene of this file, or open that one.",
    ),
    "export-failed": Problem(
        InputError, "The {kind} file could not be written: {why}.", "Choose another format, or another folder."
    ),
    "out-of-memory": Problem(
        ResourceError, "Memory ran out during '{stage}'.", "Close other programs, or use the Draft preset."
    ),
    # --- job folders
    "job-missing": Problem(JobError, "There is no job '{job}' in this store.", "Refresh the list of jobs."),
    "job-corrupt": Problem(JobError, "The job folder '{job}' is damaged: {why}.", "Remove the job and generate again."),
    "job-version": Problem(
        JobError,
        "The job '{job}' was written by another version (format {version}).",
        "It is kept and can be read only by that version.",
    ),
    "store-version": Problem(
        JobError,
        "The store '{path}' was written by another version (format {version}).",
        "Choose another folder for the store.",
        "propsmith.open_preferences",
    ),
    "store-moving": Problem(
        ResourceError, "The jobs and props are being moved to another folder.", "Try again when that is done."
    ),
    "store-foreign": Problem(
        JobError, "'{path}' is not a Propsmith store.", "Choose an empty folder or an existing store."
    ),
    # --- ends
    "cancelled": Problem(Cancelled, "The job was cancelled.", "Retry it whenever you like."),
    "internal": Problem(
        InternalError, "Something unforeseen failed: {why}.", "Retry; if it fails again, copy the report."
    ),
}


def problem(code: str, **details: object) -> PropsmithError:
    """The error for one row of the table, its sentence filled in with `details`, which are made fit to be shown."""
    row, shown = CATALOGUE[code], {name: _shown(value) for name, value in details.items()}
    return row.kind(code, row.sentence.format(**shown), row.remedy.format(**shown), row.fix)


def _shown(value: object) -> object:
    """Numbers as they are; text without what would steer a terminal or flood a panel."""
    if isinstance(value, int | float):
        return value
    text = "".join(c if c.isprintable() else "\ufffd" for c in str(value))
    return text if len(text) <= LONGEST_DETAIL else f"{text[:200]} … {text[-60:]}"


def from_exception(error: BaseException, stage: str = "") -> PropsmithError:
    """Map a foreign exception to a row of the table; ours pass through. Called at the border only."""
    if isinstance(error, PropsmithError):
        return error
    said = str(error).lower()
    if (
        isinstance(error, MemoryError) or "out of memory" in said or "can't allocate memory" in said
    ):  # CUDA's, the CPU's
        return problem("out-of-memory", stage=stage or "the job")
    if isinstance(error, ImportError) and not (error.name or "backend").startswith("backend"):
        return problem("package-missing", name=error.name)  # absent, or there and not loadable
    if isinstance(error, OSError):
        path = error.filename or "the folder"
        if error.errno in FULL:
            return problem("disk-full", path=path)
        if error.errno in REFUSED:
            return problem("folder-read-only", path=path)
    return problem("internal", why=f"{type(error).__name__}: {error}"[:300])


def to_json(error: PropsmithError) -> dict[str, str]:
    return error.as_dict()


def from_json(fields: dict[str, str]) -> PropsmithError:
    """The error that crossed the border as JSON, with its class restored."""
    row = CATALOGUE.get(fields.get("code", ""))
    kind = row.kind if row else InternalError
    return kind(
        fields.get("code", "internal"), fields.get("sentence", ""), fields.get("remedy", ""), fields.get("fix", "")
    )
