"""What may be done in the remediation room, by subject: finding, planning, working, closing."""
