"""Inner loops compiled to machine code: a search that looks at millions of moves needs them.

Modules of kernels are imported where they are first used, as loading the compiler takes a second.
What was compiled is kept beside the source, or in the user's cache (``NUMBA_CACHE_DIR`` says
another place); where nothing can be written, each process compiles anew.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar, cast

from numba import njit

Function = TypeVar("Function", bound=Callable[..., object])


def kernel(function: Function) -> Function:
    """The function, compiled at its first call; it runs beside other threads."""
    try:
        return cast(Function, njit(cache=True, nogil=True)(function))
    except RuntimeError:  # no place to keep what is compiled
        return cast(Function, njit(nogil=True)(function))
