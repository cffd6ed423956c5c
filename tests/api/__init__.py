"""The API: tokens, keys, versions, errors, and every address by role and scope."""
