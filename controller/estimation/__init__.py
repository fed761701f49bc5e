"""Ring 1: folds over events, from what was said to what is so."""
