"""Each function judged on what it was fed."""
