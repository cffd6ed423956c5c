"""What phones send from the field, item by item, and what each device still holds."""
