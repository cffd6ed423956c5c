"""进度: how far the work has come against each scheme's own targets."""
