"""The models: two optimizers, the step of InfoGAN, what a trained model answers."""
