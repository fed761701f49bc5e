"""The pictures of the documentation and the app's icons, made by a command: ``python -m docs.pictures``."""
