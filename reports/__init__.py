"""What people read: results in, text out; no mathematics and no verdicts."""
