"""What an import and a --help cost, in seconds of wall time.

python benchmarks/imports.py [--json=FILE] [--rounds=3]

Each line is the fastest of some fresh interpreters, which take turns, so that what else the machine
does falls on all alike. The commands are those of the package that this interpreter imports.
"""

import json
import subprocess
import sys
import time
from pathlib import Path

from absl import app, flags

JSON = flags.DEFINE_string("json", None, "file for the numbers, flat")
ROUNDS = flags.DEFINE_integer("rounds", 3, "interpreters per line", lower_bound=1)

COMMANDS = (
    "augment compare demo encode evaluate explore export generate query report select serve study "
    "train traverse"
).split()


def main(argv: list[str]) -> None:
    """Times every line in turn, and prints the table."""
    del argv
    lines = {
        "python -c pass": ["-c", "pass"],
        "import tensorflow": ["-c", "import tensorflow"],
        "import keras_infogan": ["-c", "import keras_infogan"],
        "import keras_infogan.serving": ["-c", "import keras_infogan.serving"],
        "from keras_infogan.serving import Client": [
            "-c",
            "from keras_infogan.serving import Client",
        ],
        **{
            f"infogan-{name} --help": ["-m", f"keras_infogan.cli.{name}", "--help"]
            for name in COMMANDS
        },
    }
    seconds: dict[str, list[float]] = {name: [] for name in lines}
    for _ in range(ROUNDS.value):
        for name, arguments in lines.items():
            started = time.perf_counter()
            subprocess.run([sys.executable, *arguments], check=True, capture_output=True)
            seconds[name].append(time.perf_counter() - started)
    fastest = {name: min(times) for name, times in seconds.items()}
    for name, value in fastest.items():
        print(f"{name:42} {value:7.2f} s")
    if JSON.value:
        Path(JSON.value).write_text(json.dumps(fastest, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    app.run(main)
