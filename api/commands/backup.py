"""``zcw backup`` and ``zcw restore``: history, state and what was learned, in one file."""

from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from api.commands.console import product_version

Config = Annotated[Path, typer.Option("--config", "-c", help="Configuration file.")]


def backup(
    target: Annotated[
        Path | None, typer.Argument(help="File to write; left out: zcw-backup-DATE.zip, here.")
    ] = None,
    config: Config = Path("zcw.yaml"),
) -> None:
    """Write history, state and configuration into one file; the controller may be running.

    Passwords are not in it: they live in files and variables of their own.
    """
    from controller.settings import load_settings
    from controller.storage.backup import write_backup

    settings = load_settings(config, with_secrets=False)
    today = datetime.now().astimezone().strftime("%Y-%m-%d-%H%M%S")
    target = target or Path(f"zcw-backup-{today}.zip")
    manifest = write_backup(settings.storage, target, version=product_version(), configuration=config)
    typer.echo(f"{target}: {manifest.notes} runs and notes, data format {manifest.schema}")


def restore(
    archive: Annotated[Path, typer.Argument(help="What `zcw backup` wrote.")],
    config: Config = Path("zcw.yaml"),
) -> None:
    """Put a backup's data in the place of the present data; stop the controller first.

    The data that is there now is kept beside it. The configuration in the backup is not touched: unpack it yourself.
    """
    from controller.settings import load_settings
    from controller.storage.backup import restore_backup

    settings = load_settings(config, with_secrets=False)
    manifest, before = restore_backup(archive, settings.storage)
    typer.echo(f"{settings.storage}: {manifest.notes} runs and notes from {manifest.made_at}")
    if before is not None:
        typer.echo(f"the data from before is in {before}")
