"""Synthesised surface detail: what wood, brick or brushed metal looks like between the pixels of the views."""
