"""Everything that the panels, rows and menus draw is German where Blender is, in each state that an artist meets."""

from __future__ import annotations

import importlib
import inspect
import re

import bpy
import pytest

from .conftest import PACKAGE
from .test_fill import box
from .test_panels import Recorder

ENGLISH = re.compile(
    r"\b(the|is|are|of|not|yet|left|about|with|and|from|to|this|it|were|has|no|or|for|by|done|waiting|views?|faces|"
    r"seconds|running|ready|sure|free|needed|reading|select|choose|press)\b",
    re.IGNORECASE,
)
FAKE = re.compile(r"^Fake \w+ \d|fake worker")  # what the tests' worker says, which no artist meets


class Heard(Recorder):
    """Hears each text as Blender shows it in German: looked up in our table where Blender would."""

    def __init__(self, seen: list, german) -> None:
        super().__init__(seen)
        object.__setattr__(self, "german", german)

    def _child(self, *_, **__):
        return Heard(self.seen, self.german)

    row = column = box = split = column_flow = grid_flow = _child

    def separator(self, *_, **__):
        pass

    def hear(self, text, translate=True):
        if text:
            self.seen.append(self.german(text) if translate else text)

    def label(self, text="", translate=True, **_):
        self.hear(text, translate)

    def progress(self, text="", **_):
        self.hear(text)

    def operator(self, name, text=None, **_):
        self.hear(text)
        return type("Arguments", (), {})()

    def prop(self, data, name, text=None, placeholder="", **_):
        self.hear(text)
        self.hear(placeholder)

    def menu(self, kind, text=None, **_):
        self.hear(text)

    def popover(self, *_, text="", **__):
        self.hear(text)

    def template_icon_view(self, *_, **__):
        pass

    template_list = template_icon = prop_search = prop_menu_enum = operator_menu_enum = context_pointer_set = (
        template_ID
    ) = template_icon_view


@pytest.fixture
def german(monkeypatch):
    """Our sentences in German, as `say` gives them where Blender speaks it; what stays English where it is looked up."""
    translations = importlib.import_module(f"{PACKAGE}.addon.translations")
    monkeypatch.setattr(translations, "language", lambda: "de")
    table = translations.tables()["de"]
    for name, module in list(importlib.sys.modules.items()):
        if name.startswith(PACKAGE) and hasattr(module, "iface"):
            monkeypatch.setattr(module, "iface", lambda text, *_: table.get(text, text))
    monkeypatch.setattr(importlib.import_module(f"{PACKAGE}.ui.texts"), "characters_across", lambda: 500)
    return lambda text: table.get(text, text)


def our_drawn() -> list[type]:
    """All our panels and menus."""
    kinds = [getattr(bpy.types, name) for name in dir(bpy.types)]
    return [
        kind
        for kind in kinds
        if inspect.isclass(kind)
        and kind.__module__.startswith(PACKAGE)
        and issubclass(kind, bpy.types.Panel | bpy.types.Menu)
        and "preset" not in kind.__name__.lower()
    ]


def heard(app, german) -> list[str]:
    """What is shown now: panels, menus, the rows of the list of jobs, the preferences' page, the status bar."""
    seen: list[str] = []
    layout = Heard(seen, german)
    for kind in our_drawn():
        if getattr(kind, "poll", lambda _: True)(bpy.context):
            for name in ("draw", "draw_header_preset"):
                if name in vars(kind) and not (name == "draw_header_preset" and "generate" in kind.__name__):
                    getattr(kind, name)(type("Drawn", (), {"layout": layout, "bl_rna": kind.bl_rna})(), bpy.context)
    for row in app.shown.jobs:
        bpy.types.PROPSMITH_UL_jobs.draw_item(None, bpy.context, layout, None, row, 0, None, "")
    page = type("Page", (), {"layout": layout, "bl_rna": app.preferences.get().bl_rna})()
    app.preferences.PropsmithPreferences.draw(page, bpy.context)
    menus = importlib.import_module(f"{PACKAGE}.ui.menus")
    for _, draw in menus.PLACES:
        draw(type("Menu", (), {"layout": layout})(), bpy.context)
    return seen


def english(texts: list[str]) -> list[str]:
    """The texts with an English word that no German one is."""
    return sorted({text for text in texts if ENGLISH.search(text) and not FAKE.search(text)})


def test_a_job_speaks_german_in_every_state(app, german, monkeypatch):
    """Waiting, at work in each stage, cancelled, failed and done: rows, boxes, notes, menus and pages have no English left."""
    seen: list[str] = []
    app.fake(monkeypatch, "ok", 5.0)
    app.generate("Fass")

    def done() -> bool:
        seen.extend(heard(app, german))
        return bool(app.props())

    app.until(done)
    seen += heard(app, german)
    app.fake(monkeypatch, "fail")
    app.end_worker()
    job = app.generate("Kiste")
    app.until(lambda: app.state(job) == "failed")
    seen += heard(app, german)
    assert len(set(seen)) > 50 and english(seen) == []


def test_set_up_speaks_german(app, german):
    """The card before set-up, the installer's findings and the reasons it stops for have no English left."""
    setup = importlib.import_module(f"{PACKAGE}.addon.setup")
    app.preferences.get().python = ""
    seen = heard(app, german)
    rows = (
        "Python 3.11.2 (python3.11)", "GPU: X1, 80.0 GB", "No NVIDIA GPU: the processor does the work",
        "Disk: 2.0 GB needed, 15 GB free", "Download: about 0.4 GB, from pypi.org and pytorch.org", "Folder: /x",
    )  # fmt: skip
    for text in rows:
        setup.take({"kind": "row", "mark": "ok", "text": text})
    for text in ("Installing torch: 12 of 200 MB", "Making the environment", "Testing the environment"):
        setup.take({"kind": "progress", "fraction": 0.3, "text": text})
        app.shown.setup_running = True
        seen += heard(app, german)
    setup.take({"kind": "end", "ok": False, "python": "", "text": "The self-test failed at: torch."})
    seen += heard(app, german)
    app.shown.setup_rows = app.shown.setup_text = ""
    assert len(set(seen)) > 20 and english(seen) == []


def test_a_fill_speaks_german(app, german):
    """The list of places with good and bad rows, running and landed, has no English left."""
    filling = importlib.import_module(f"{PACKAGE}.addon.filling")
    filling.forget()
    for made in [box("Fass"), box("Cube.001")]:
        made.select_set(True)
    seen: list[str] = []
    bpy.ops.propsmith.fill_add_selected()
    seen += heard(app, german)
    bpy.ops.propsmith.fill_start()

    def done() -> bool:
        seen.extend(heard(app, german))
        return not bpy.context.window_manager.propsmith_fill.running

    app.until(done)
    seen += heard(app, german)
    filling.forget()
    assert english(seen) == []
