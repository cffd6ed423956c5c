"""交办: items handed out, the bodies that have a part in them, the coordination board, meetings."""
