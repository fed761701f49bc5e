"""Ring 3: a copy of the history in a PostgreSQL database that many houses share.

The data file of the gateway stays the history: nothing here is waited for, and a database that is away costs nothing but
the copy's freshness. What has arrived is asked of the database itself, so that there is no second book to go wrong: after
an outage on either side, a restored backup or a new database the copy is completed by itself.
"""

from controller.storage.central.copier import Copier

__all__ = ["Copier"]
