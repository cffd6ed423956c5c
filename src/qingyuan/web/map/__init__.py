"""一张图: the map page, its tiles, its cards, and the outlines it can lay underneath."""
