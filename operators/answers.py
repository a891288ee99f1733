"""What every operator answers alike: why its button is disabled, an error as sentence and remedy, where a path leads."""

from pathlib import Path

import bpy

from ..addon.translations import say, told
from ..backend.errors import PropsmithError, problem


def allowed(operator, why):
    """The answer of `poll`: whether nothing speaks against it. `why`, if any, stands in the disabled button's tooltip."""
    if why:
        operator.poll_message_set(say(why))
    return not why


def attempt(operator, call):
    """Run `call` and finish, or answer as it does; an error of ours goes to the user as sentence and remedy, and cancels."""
    try:
        return call() or {"FINISHED"}
    except PropsmithError as error:
        operator.report({"ERROR"}, told(error))
        return {"CANCELLED"}


def place_to_write(path):
    """The full path of where the artist wants something written; "//" is the .blend's folder. Raises file-unsaved.

    Blender itself would take "//" in a file without a folder for the folder that Blender was started in.
    """
    if path.startswith("//") and not bpy.data.filepath:
        raise problem("file-unsaved", path=path)
    return Path(bpy.path.abspath(path))
