"""Ring 1: the strategies. Each votes on the pump from an observation; none knows of the supervisor."""
