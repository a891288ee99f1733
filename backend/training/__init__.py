"""Everything that makes and trains the embedded prior: the prop grammar, its renderer, captions, the trainer. Developers only."""
