"""共享: what the departments of a unit share under which clause, how a program connects, and who took what."""
