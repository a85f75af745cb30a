"""Clients of any TensorFlow Serving."""
