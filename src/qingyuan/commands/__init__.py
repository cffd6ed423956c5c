"""命令行: `qingyuan GROUP VERB`, the same functions as the pages."""
