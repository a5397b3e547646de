"""Benches: they measure and print, and assert nothing. `python -m tests.bench [NAME…] [--quick]`; pytest never collects them."""
