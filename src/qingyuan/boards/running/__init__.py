"""运行状况: is the site well, part by part: database, tables, ledger, worker, disk, library, packs.

Reads what the parts show of themselves; the worker shows its pulse in a small file in the site's home, so that nothing
is written into the database for it. A part that cannot be asked says why, and the others are asked all the same.
"""
