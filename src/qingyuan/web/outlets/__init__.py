"""台账与一口一档: the list, the page of one outlet, the acts upon it, organisations, the search over all."""
