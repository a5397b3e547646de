"""The parts of `prefterm.tui.rendering`: wrapping, the Markdown parser and its blocks. Nothing here imports Textual."""
