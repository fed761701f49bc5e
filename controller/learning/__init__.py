"""Ring 1: what the household does, learned by living with it: habits, clusters, cues, absence; and a forecast."""
