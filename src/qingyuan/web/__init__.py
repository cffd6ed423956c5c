"""页面: what people see. A view finds the record, makes one domain call, renders one page."""
