"""What is run: the reference models in NumPy."""
