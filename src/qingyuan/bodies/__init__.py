"""单位: every organisation, government or enterprise, is one Body with functions and dates."""
