"""Ring 6: the REST interface, the web page and the ``zcw`` command; it talks to the service's facade only."""
