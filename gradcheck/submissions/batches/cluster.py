"""Workers on other machines, through a Dask cluster that runs already."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterator
from concurrent.futures import Executor
from contextlib import contextmanager

from gradcheck.submissions.batches.work import BatchError

ANSWER_SECONDS = 5


@contextmanager
def cluster(address: str) -> Iterator[Executor]:
    """Bring the executor of a Dask cluster.

    The submissions travel to the workers as bytes; these need the same gradcheck, Python and NumPy
    as are here, but no shared disk. A worker that dies is made up for by the others.

    Parameters
    ----------
    address : str
        The scheduler's, such as ``tcp://10.0.0.1:8786``.

    Raises
    ------
    BatchError
        If Dask is not installed, nobody answers within seconds, or there is no worker.
    """
    try:
        from distributed import Client
        from distributed.comm import connect
    except ImportError:
        raise BatchError(
            "--scheduler needs Dask, which is not installed: pip install 'gradcheck[dask]'"
        ) from None

    async def knock() -> None:
        (await asyncio.wait_for(connect(address), ANSWER_SECONDS)).abort()

    logging.getLogger("distributed").setLevel(logging.CRITICAL)  # what matters comes in a line
    try:
        asyncio.run(knock())  # a Client that does not get through leaves tracebacks behind
        client = Client(address, timeout=ANSWER_SECONDS, set_as_default=False)
    except (OSError, ValueError, TypeError) as error:
        raise BatchError(
            f"{address}: got no answer ({type(error).__name__}), expected a Dask scheduler; "
            "start one with `dask scheduler`, or mend the address"
        ) from None
    with client:
        if not client.nthreads():
            raise BatchError(
                f"{address}: got a scheduler without workers; "
                f"start some with `dask worker {address}`"
            )
        yield client.get_executor(pure=False)
