"""Pages of responsible parties: who answers for outlets, and one party's duties."""
