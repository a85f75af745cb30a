"""The embedded server: gRPC and REST."""

from keras_infogan.runtime import extras

extras.require("serve")
