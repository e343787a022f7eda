"""From files to programs: what a submission holds, read without running it."""
