"""归并重复登记: pairs that may be one outlet, side by side, and what was decided about them."""
