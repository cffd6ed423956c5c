"""What one may do in this room: one function for each button."""
