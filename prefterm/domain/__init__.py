"""The vocabulary and the rules: frozen dataclasses, enums and pure functions, from the standard library alone."""
