"""What all tests share: how Hypothesis draws its examples."""

from __future__ import annotations

import os

from hypothesis import settings

# On CI the examples are the same in every run, so that a failure is about the change at hand;
# tox -e coverage draws fresh ones beside it, and so does a developer's own run.
settings.register_profile("repeatable", derandomize=True, deadline=None, print_blob=True)
settings.register_profile("random", deadline=None, print_blob=True)
_default = "repeatable" if os.environ.get("CI") else "random"
settings.load_profile(os.environ.get("GRADCHECK_HYPOTHESIS", _default))
