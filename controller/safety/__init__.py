"""Ring 1: the limits and the supervisor that enforces them. It trusts no strategy and sees none."""
