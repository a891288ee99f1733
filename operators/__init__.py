"""Operators, one family a file: they read properties, call one function of `addon`, and report."""
