"""SQLite as a site keeps it: Django's own backend, with writers that wait for each other fairly."""
