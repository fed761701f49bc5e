"""Pages that the simulator fills in."""
