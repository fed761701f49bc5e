"""The adviser: from a house, its people and its prices to a scheme of recirculation, with reasons that can be repeated."""
