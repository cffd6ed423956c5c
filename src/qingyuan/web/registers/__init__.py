"""名录和清单: the registers the scheme of a unit names, live and version by version."""
