"""The simulator's pipes against analytic solutions, an independent solver and measurements."""
