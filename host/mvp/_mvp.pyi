"""Types of the extension that binding.cc makes; `host.mvp.Mvp` is the face to use."""

import numpy as np
from numpy.typing import NDArray

class Machine:
    """The register-level model with the memory that its masters reach; named as in binding.cc."""

    def __init__(
        self,
        cycle_model: str,
        *,
        fused: bool = False,
        flush_subnormals: bool = False,
        store_ties_away: bool = False,
    ) -> None:
        """ValueError when there is no such cycle model."""

    def add_ram(self, base: int, memory: NDArray[np.uint8]) -> None:
        """ValueError where there is memory already, and while a program runs; so do the next two."""

    def add_flash(self, base: int, memory: NDArray[np.uint8]) -> None: ...
    def clear_memory(self) -> None: ...
    def read(self, offset: int) -> int:
        """IndexError where there is no register."""

    def write(self, offset: int, value: int) -> None:
        """IndexError where there is no register."""

    def read_block(self, offset: int, count: int) -> bytes: ...
    def write_block(self, offset: int, words: bytes) -> None: ...
    def advance(self, budget: int) -> int: ...
    def reset(self) -> None: ...
    def counts(self) -> list[int]: ...
    def set_cycle_model(self, name: str) -> None: ...
    @property
    def cycle_model(self) -> str: ...
    @property
    def running(self) -> bool: ...
    @property
    def interrupt(self) -> bool: ...
