"""Pure rules of the field: no Django, no clock, no files, no network. Whoever knows outlets can read and correct it."""
