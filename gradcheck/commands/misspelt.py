"""What is offered for a name that there is not."""

from __future__ import annotations

import difflib
from collections.abc import Sequence

import click


def nearest(name: str, known: Sequence[str]) -> str:
    """Offer the known name that is most like a misspelt one, else all of them."""
    close = difflib.get_close_matches(name, known, 1, 0.5)
    return f"; did you mean {close[0]}?" if close else f"; there are {', '.join(known)}"


class Misspelt(click.Group):
    """A group that offers the nearest command for one it does not have, and help for none."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Show the help where no command is named: that is no mistake."""
        return super().parse_args(ctx, args or ["--help"])

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the command of the first argument."""
        if args and self.get_command(ctx, args[0]) is None and not args[0].startswith("-"):
            known = self.list_commands(ctx)
            raise click.UsageError(f"no command {args[0]!r}{nearest(args[0], known)}")
        return super().resolve_command(ctx, args)
