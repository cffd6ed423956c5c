"""规则: the policy inspector. What is in force for a unit on a day, the ladder it came down, two units side by side."""
