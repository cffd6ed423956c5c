"""进度页面: the scoreboard, the rows behind its figures, the explanation of their changes."""
