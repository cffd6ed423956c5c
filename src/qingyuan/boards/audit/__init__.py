"""审计: who did what, from the ledger across all subjects, and who read what, from the read log, both in the asker's
scope. Nothing enters here and nothing is written; the lists leave as pages, files and JSON. Clauses: 大同 二(一) and
吉林 二(四)2 (the register as a dynamic ledger), 网络安全法 第二十一条 (six months and more)."""
