"""Ring 0: the vocabulary every other ring speaks. Standard library only, no clock, no input or output."""
