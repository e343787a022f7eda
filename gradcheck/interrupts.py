"""A Ctrl-C that is not lost."""

from __future__ import annotations

import signal
from importlib import import_module


def load_unheard(*modules: str) -> None:
    """Load modules while a Ctrl-C waits; it comes when they are there.

    NumPy's compiled random modules, loaded only when they are needed, drop whatever is raised at
    some of their lines: a batch that was told to stop would go on.

    Parameters
    ----------
    modules : str
        Names as `import` takes them.
    """
    if not hasattr(signal, "pthread_sigmask"):  # Windows, which has no sandbox either
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        for module in modules:
            import_module(module)
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
