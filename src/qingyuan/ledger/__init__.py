"""变更留痕: who did what to which subject, when it happened, when it was recorded, under which clause. Append-only."""
