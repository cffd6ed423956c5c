"""工作看板: how far the work is, by the stages the scheme speaks of, in each county. Reads tallies, writes nothing."""
