"""What is true: the derivations, and the engine that proves them. Imports SymPy."""
