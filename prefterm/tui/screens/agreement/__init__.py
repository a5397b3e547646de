"""The agreement screen: how far people agree, how sure that is, where it breaks.

`screen` asks for the figures, takes them part by part, and hands keys to the page in front; a module for each page says what it shows
and what its keys mean. The rows themselves are made by `prefterm.tui.agreement_rows`.
"""

from prefterm.tui.screens.agreement.screen import AgreementScreen

__all__ = ["AgreementScreen"]
