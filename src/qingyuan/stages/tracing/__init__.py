"""溯源: where the water of an outlet comes from, step by step, and who answers for it."""
