"""What all sections of the configuration have in common."""

from pydantic import BaseModel, ConfigDict
from pydantic_core import PydanticCustomError

from controller.devices.topics import name_complaint


class Form(BaseModel):
    """A section: unknown keys are errors, nothing is converted silently, NaN and infinity are no numbers."""

    model_config = ConfigDict(
        extra="forbid", strict=True, frozen=True, allow_inf_nan=False, use_attribute_docstrings=True
    )


def complain(message: str, cure: str = "") -> PydanticCustomError:
    """Return an error with a cure, to be raised in a validator."""
    return PydanticCustomError("zcw", "{message}", {"message": message, "cure": cure})


def plain_name(name: str) -> str:
    """Return a name of a loop, device or fixture if it can stand in topics, addresses and on the page.

    Raises:
        PydanticCustomError: It cannot.
    """
    problem = name_complaint(name)
    if problem:
        raise complain(f"the name {name!r:.80} {problem}", "use letters, digits, blanks, '-' and '_'")
    return name
