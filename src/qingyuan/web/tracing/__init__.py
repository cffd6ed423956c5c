"""Pages of tracing: the list of cases, one case with its chain, a point of the network."""
