"""Runs inside a windowed Blender: the panels with Blender's interface in German, before and after the environment is chosen."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import bpy

sys.path.insert(0, str(Path(__file__).resolve().parent))
import lead
from hand import SETTLE_S, Hand
from lead import Facts, Wait


def speak(hand: Hand, facts: Facts) -> Iterator[Wait]:
    """The panel in English, then in German."""
    yield from lead.choose_worker(hand)
    yield from hand.away()
    hand.shot("english")
    view = bpy.context.preferences.view
    facts["languages"] = [name for name in bpy.app.translations.locales if name.startswith("de")]
    view.language = facts["languages"][0]
    view.use_translate_interface = view.use_translate_tooltips = True
    yield 2 * SETTLE_S
    say = lead.part("addon.translations").say
    facts["label"] = bpy.app.translations.pgettext_iface("Generate Prop", "Operator")
    facts["sentence"] = say("The prompt has 3000 characters; the limit is 2000.")
    yield from hand.away()
    hand.shot("german")


if __name__ == "__main__":
    lead.main(speak)
