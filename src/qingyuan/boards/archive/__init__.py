"""一口一档: what all rooms hold of an outlet, assembled; how complete it is. Reads across rooms, writes nothing."""
