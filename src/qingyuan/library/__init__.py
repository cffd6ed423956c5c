"""文件: files by content hash, and who filed them."""
