"""`netbuilder`: a command of the command line, or else the window."""

import sys


def main() -> int:
    """Entry point. Only opening the window imports Qt."""
    from netbuilder.cli import cli

    words = sys.argv[1:]
    if words and (words[0] in cli.commands or words[0] in ("-h", "--help", "--version")):
        cli.main(words, prog_name="netbuilder")  # ends the process itself
    from netbuilder.app import run

    return run(words)


if __name__ == "__main__":
    sys.exit(main())
