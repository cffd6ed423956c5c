"""待办: what waits for whom, computed from stage, milestones and the pack."""
