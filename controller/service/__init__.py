"""Ring 5: the composition root and the facade that the API talks to."""
