"""The embedded server: gRPC and REST."""
