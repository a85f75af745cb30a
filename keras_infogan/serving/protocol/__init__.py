"""The wire: tensors, JSON and errors as TensorFlow Serving has them."""
