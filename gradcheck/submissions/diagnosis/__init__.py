"""Which mistake reproduces the numbers, sought only where something is wrong."""
