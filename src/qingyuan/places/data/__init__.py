"""The tables places are loaded from: small ones of the project's own, big ones made at set-up (build.py)."""
