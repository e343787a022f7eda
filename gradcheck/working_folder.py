"""The working folder, which `python -m` searches for modules before all others.

Nothing may be imported here but what Python itself has loaded by then: any other module could be
a student's file of the same name.
"""

from __future__ import annotations

import os
import sys


def forget_working_folder() -> None:
    """Take the working folder off the module path, where `python -m` has put it.

    A student's ``numpy.py`` or ``impl.py`` there would stand before the real one. The folder
    stays if it is the one that holds this package.
    """
    home = os.path.realpath(f"{__file__}/../..")
    if sys.path and os.path.realpath(sys.path[0] or ".") != home:
        del sys.path[0]
