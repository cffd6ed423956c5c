"""待办: what waits for whom, computed from stage, missing fields, open proposals, items handed out and the deadlines.

Nothing is stored and nobody is assigned: a duty is there because a record stands where it stands, and it is shown to
whoever may do it there; what was handed out (交办) is shown to the officers of the bodies that have a part in it.
Leaves: counts by when it is due (逾期, 本周, 以后), and lists in the order of beginning or of the due day. A count is
the number of rows of the list behind it.
"""
