"""The ways in which a submission can be read, and the one that shows most right."""
