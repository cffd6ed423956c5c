"""规则库: every policy pack ever in force, with its hash; which version governs which unit from which day."""
