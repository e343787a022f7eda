"""The judge: checks gradients, and submissions against the models."""
