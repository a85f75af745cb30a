"""Versions of models in memory, and what they answer."""
