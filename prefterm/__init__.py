"""prefterm: preference labels that a team of experts can prove are trustworthy, in a terminal, over SSH."""

__all__ = ["__version__"]

__version__ = "0.1.0"
