"""Pages of 规范化: codes, signboards, the checklist and the file of an outlet."""
