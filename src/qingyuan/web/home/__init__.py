"""首页: what waits for me, by due date, and how far my unit is."""
