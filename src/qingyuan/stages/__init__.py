"""One room for each part of the life. No room imports another: they meet in facts, and in flows."""
