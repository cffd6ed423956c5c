"""审计: who did what and who read what, for those who may look (AUDIT_READ)."""
