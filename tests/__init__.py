"""The manual, as sentences that run."""
