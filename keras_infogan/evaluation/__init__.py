"""Which measures apply to a trained model, and their record."""
