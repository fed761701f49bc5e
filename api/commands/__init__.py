"""The subcommands of ``zcw``, one module each."""
