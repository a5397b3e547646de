"""`python -m tests.bench [NAME…] [--quick] [--full]`: the table on stdout. Run it alone on a quiet machine."""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Callable, Iterator
from importlib import import_module
from pathlib import Path

from tests.bench.figures import Figure, Settings, print_figure, print_head

NAMES = ("start", "advance", "import_export", "claims", "agreement", "audits", "hidden_calibration")


def main() -> None:
    """Run the benches that are named, else all."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description="Measures and prints; asserts nothing.")
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"{', '.join(NAMES)}; all where none is given")
    parser.add_argument("--quick", action="store_true", help="fewer turns and smaller data: to see that it runs")
    parser.add_argument("--full", action="store_true", help="claims in a round of a million items (minutes, about 1 GB)")
    given = parser.parse_args()
    if unknown := set(given.names) - set(NAMES):
        parser.error(f"no bench {', '.join(sorted(unknown))}; there are {', '.join(NAMES)}")
    print_head()
    for name in given.names or NAMES:
        run: Callable[[Settings], Iterator[Figure]] = import_module(f"tests.bench.{name}").run
        with tempfile.TemporaryDirectory(prefix="prefterm-bench-") as folder:
            for figure in run(Settings(Path(folder), given.quick, given.full)):
                print_figure(figure)


if __name__ == "__main__":
    main()
