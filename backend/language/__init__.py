"""What a prompt means: a Brief of things and their modifiers, read from natural language with a lexicon of word vectors."""
