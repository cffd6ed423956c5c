"""What may be done in the standardisation room: names and codes, signboards, instruments, archives."""
