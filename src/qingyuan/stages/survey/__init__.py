"""排查: where the banks were walked, what was found there, and what became of every lead."""
