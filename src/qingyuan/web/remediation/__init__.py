"""整治: the problem list, plans, works and closure, as pages."""
