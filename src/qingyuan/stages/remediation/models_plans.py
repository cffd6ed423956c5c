"""plans of a round: filled by its own tables."""
