"""One training run in a directory."""
