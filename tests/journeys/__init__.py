"""Journeys of one person through the served demonstration, in a real browser. Each takes records no other needs."""
