"""The simulator: house plumbing with exact plug flow and heat loss, driven by the very same controller code."""
