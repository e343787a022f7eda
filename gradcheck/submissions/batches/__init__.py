"""A class at a time: many workers, results that survive an interruption, a summary."""
