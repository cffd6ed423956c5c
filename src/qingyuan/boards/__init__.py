"""Boards read across rooms and write nothing."""
