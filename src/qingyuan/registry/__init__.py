"""排污口名录: outlets, channels and parties, facts, milestones; the only place where a stage changes."""
