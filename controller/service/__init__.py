"""Ring 5: the composition root and the facade that the API talks to."""

from controller.service.compose import answering, compose
from controller.service.service import Service

__all__ = ["Service", "answering", "compose"]
