"""The engine: forward pass in, proven derivatives out."""
