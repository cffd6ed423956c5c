"""Writes of this room: one function, one button."""
