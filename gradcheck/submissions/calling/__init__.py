"""How a submission's functions are found, called and understood."""
