"""The experiments: one file each, whose `get_config()` returns its settings."""
