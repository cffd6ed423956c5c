"""待办: what waits for whom, computed from stage, missing fields, open proposals and the pack's deadlines.

Nothing is stored and nobody is assigned: a duty is there because the outlet stands where it stands, and it is shown to
whoever may do it there. Leaves: counts by when it is due (逾期, 本周, 以后), and lists in the order of beginning.
"""
