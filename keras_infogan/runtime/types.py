"""Types that many modules name."""

from typing import Any, TypeAlias

# A float, int or string tensor of TensorFlow or Keras. TensorFlow's wheel has no type stubs, so a
# checker sees `Any`; the name says to a reader what is meant.
Tensor: TypeAlias = Any
