"""Ring 3: the wire. One client, the plant behind it; everything about payloads stays in ``controller.devices``."""
