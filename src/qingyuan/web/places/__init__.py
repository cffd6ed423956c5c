"""区划与图层: which layers stand from which source; an official file compared, taken in, taken back."""
