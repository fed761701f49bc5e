"""Ring 6: the REST interface, the web page and the ``zcw`` command; it talks to the service's facade only."""

import simulator  # noqa: F401  # before all else, so that compiled modules are found where they are asked for
