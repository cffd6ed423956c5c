"""Crossings between rooms, one file each: run by the clock or by a door right after an action; idempotent."""
