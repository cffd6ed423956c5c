"""现场排查 on the phone (/field/) and what the office sees of phones (/survey/devices/)."""
