"""The line of a submission that a mistake stands in."""
