"""`netbuilder`: a command of the command line, or else the window."""

import sys
from pathlib import Path

import click


def main() -> int:
    """Entry point. Only opening the window imports Qt."""
    from netbuilder.cli import cli

    words = sys.argv[1:]
    if words and (words[0] in cli.commands or words[0].startswith("-")):
        cli.main(words, prog_name="netbuilder")  # ends the process itself
    from netbuilder.app import display_available, run

    if display_available():
        return run(words)
    if not words:
        click.echo("netbuilder: no display was found; see `netbuilder --help`.", err=True)
        return 2
    picture = f"netbuilder-{Path(words[-1]).stem}.png"
    click.echo(f"No display was found, so {words[-1]} is trained without a window; see {picture}.")
    cli.main(["train", words[-1], "--figure", picture], prog_name="netbuilder")


if __name__ == "__main__":
    sys.exit(main())
