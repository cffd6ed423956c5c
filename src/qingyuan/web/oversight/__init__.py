"""监管责任: the duty matrix, who is missing, whom nobody supervises, what joins supervision, plans and regulations."""
