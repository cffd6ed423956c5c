"""消息: what I was told, read and unread."""
