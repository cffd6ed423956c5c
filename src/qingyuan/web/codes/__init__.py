"""编码核对: a list of national codes beside the register, and what is taken from it."""
