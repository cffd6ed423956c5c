"""线索: the inbox, one lead on one screen, files of leads, what was probably missed."""
