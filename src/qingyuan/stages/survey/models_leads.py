"""线索: what somebody thinks may be an outlet, and what became of it."""
