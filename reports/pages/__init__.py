"""Pages about submissions: one for each student, and one for the class that leads to them."""
