"""批量办理: what was chosen on the list, what will happen, the doing, the receipt."""
