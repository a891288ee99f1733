"""Compare: the earlier version is shown while a key is held, or until the next click, and always goes again."""

from __future__ import annotations

import importlib
from types import SimpleNamespace

import bpy
import pytest

from .refine_scene import grid, refined


@pytest.fixture
def compared(app):
    """An object that shows v2 of two versions, and a hand that presses Compare and sends events to it."""
    obj = grid()
    refined(app, obj)
    bpy.ops.ed.undo_push(message="refined")
    return obj, Hand(app, obj)


def event(kind: str, value: str, ctrl: bool = False) -> SimpleNamespace:
    return SimpleNamespace(type=kind, value=value, ctrl=ctrl)


class Hand:
    """bpy has no window that sends events: the operator's own methods are called as the window manager would."""

    def __init__(self, app, obj) -> None:
        operators = importlib.import_module("bl_ext.user_default.propsmith.operators.refine")
        self.operator, self.app, self.obj = operators.PROPSMITH_OT_version_compare, app, obj
        self.self = SimpleNamespace()
        self.context = SimpleNamespace(
            object=obj, workspace=bpy.context.workspace, screen=None,
            window_manager=SimpleNamespace(modal_handler_add=lambda operator: None),
        )  # fmt: skip

    def press(self, kind: str, value: str) -> None:
        assert self.operator.invoke(self.self, self.context, event(kind, value)) == {"RUNNING_MODAL"}

    def send(self, *words) -> set[str]:
        return self.operator.modal(self.self, self.context, event(*words))

    @property
    def shown(self) -> int:
        return self.app.versions.shown(self.obj)


def test_a_held_key_shows_the_old_version_until_it_is_released(compared):
    """Its own repeats, other keys, clicks and looking around end nothing; its release does, and v2 is there again."""
    obj, hand = compared
    hand.press("C", "PRESS")
    assert hand.shown == 0 and hand.app.comparing.going_on()
    for words in (("C", "PRESS"), ("X", "PRESS"), ("LEFTMOUSE", "PRESS"), ("X", "RELEASE"), ("MOUSEMOVE", "NOTHING")):
        assert hand.send(*words) == {"RUNNING_MODAL"}, words
    assert hand.send("MIDDLEMOUSE", "PRESS") == hand.send("WHEELUPMOUSE", "PRESS") == {"PASS_THROUGH"}
    assert hand.send("WHEELUPMOUSE", "PRESS", True) == {"RUNNING_MODAL"}  # with Ctrl it changes numbers
    assert hand.shown == 0 and hand.send("C", "RELEASE") == {"FINISHED"} and hand.shown == 1
    hand.press("BUTTON5MOUSE", "PRESS")
    assert hand.shown == 0 and hand.send("BUTTON5MOUSE", "RELEASE") == {"FINISHED"} and hand.shown == 1
    hand.press("C", "PRESS")
    assert hand.send("WINDOW_DEACTIVATE", "PRESS") == {"FINISHED"} and hand.shown == 1


def test_from_the_panel_it_lasts_until_the_next_click_or_key(compared):
    """A panel's button acts on release: v1 stays while the mouse moves and the view turns; a click, Esc or a key ends it."""
    obj, hand = compared
    for end in ("LEFTMOUSE", "RIGHTMOUSE", "ESC", "SPACE"):
        hand.press("LEFTMOUSE", "RELEASE")
        for words in (("MOUSEMOVE", "PRESS"), ("MIDDLEMOUSE", "PRESS"), ("WHEELDOWNMOUSE", "PRESS"), ("A", "RELEASE")):
            hand.send(*words)
            assert hand.shown == 0, words
        assert hand.send(end, "PRESS") == {"FINISHED"} and hand.shown == 1, end


def test_a_camera_locked_to_the_view_stays_where_it_is(compared):
    """Looking around with a locked camera moves the camera, an undo step that would keep v1: it is not passed on."""
    obj, hand = compared
    passes = hand.app.comparing.passes
    wheel = event("WHEELUPMOUSE", "PRESS")
    assert passes(wheel, [SimpleNamespace(lock_camera=False)]) and not passes(
        wheel, [SimpleNamespace(lock_camera=True)]
    )


@pytest.mark.parametrize("how", ["undo", "save", "open", "again", "disable"])
def test_whatever_ends_it_the_version_is_given_back(app, compared, tmp_path, how):
    """Undo, saving, File > Open, a second Compare and disabling the extension find the object with the version it has."""
    obj, hand = compared
    name = obj.name
    obj.location.x = 3.0
    bpy.ops.ed.undo_push(message="moved")
    path = str(tmp_path / "compared.blend")
    if how == "open":
        bpy.ops.wm.save_as_mainfile(filepath=path)
    hand.press("C", "PRESS")
    if how == "undo":
        bpy.ops.ed.undo()
        assert bpy.data.objects[name].location.x == 0.0
    elif how == "save":
        bpy.ops.wm.save_as_mainfile(filepath=path)
        bpy.ops.wm.open_mainfile(filepath=path)
    elif how == "open":
        bpy.ops.wm.open_mainfile(filepath=path)
    elif how == "again":
        hand.press("LEFTMOUSE", "RELEASE")
        hand.send("ESC", "PRESS")
    else:
        app.comparing.detach()
        app.comparing.attach()
    obj = bpy.data.objects[name]
    assert app.versions.shown(obj) == 1 and not app.comparing.going_on()
    assert hand.operator.modal(hand.self, hand.context, event("C", "RELEASE")) == {"FINISHED", "PASS_THROUGH"}
    assert app.versions.shown(obj) == 1


def test_nothing_lands_while_versions_are_compared(app, compared):
    """A result that comes meanwhile waits; a version chosen by another window meanwhile stays."""
    obj, hand = compared
    hand.press("C", "PRESS")
    job = app.generate("a lamp")
    app.until(lambda: app.state(job) == "done")
    for _ in range(4):
        app.pump.tick()
    assert not [o for o in app.props() if o != obj]
    hand.send("C", "RELEASE")
    app.until(lambda: [o for o in app.props() if o != obj])
    refined(app, obj, prompt="rusty")
    hand.press("C", "PRESS")
    app.versions.show(obj, 0)
    hand.send("C", "RELEASE")
    assert hand.shown == 0
