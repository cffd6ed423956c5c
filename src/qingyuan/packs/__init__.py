"""Policy packs: data only. One YAML file set per unit that wrote a rulebook, national base first."""
