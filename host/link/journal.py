"""Results of an evaluation, clip by clip in a file that survives any end: of the computer, too.

A line is a JSON object. It is written and synced when its clip is done; a last line without its end was torn
and is dropped. Lines of other models, builds or kernels stay, and do not count.
"""

import json
import os
from dataclasses import asdict, dataclass
from pathlib import Path

from host import atomic
from host.errors import DataError


@dataclass(frozen=True)
class ClipKey:
    """What a result is of: the clip's int8 frames and the model by their SHA-256, the image, and the device.

    `source` is "device" or "simulated".
    """

    frames_sha256: str
    model_sha256: str
    build_id: str
    kernel: str
    source: str


@dataclass(frozen=True)
class ClipResult:
    """One clip: its score (score_int8, dB²), core cycles of its inferences, and how far outputs were off.

    `cycles` is the median over the windows, `output_difference` the largest difference from the golden
    interpreter in output codes or, for float outputs, in dB.
    """

    clip: str
    score: float
    windows: int
    cycles: int
    output_difference: float
    score_difference: float


class Journal:
    """A file of results, open for more of them; use it in a `with` block.

    Raises:
        DataError: the file cannot be read or written.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._results: dict[ClipKey, ClipResult] = {}
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._file = path.open("a+b")
        except OSError as error:
            raise atomic.write_error(path, error) from error
        try:
            self._read()
        except OSError as error:
            self._file.close()
            raise atomic.write_error(path, error) from error
        except DataError:
            self._file.close()
            raise

    def __enter__(self) -> "Journal":
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()

    def get(self, key: ClipKey) -> ClipResult | None:
        """Return a clip's result, None where it has none yet."""
        return self._results.get(key)

    def add(self, key: ClipKey, result: ClipResult) -> None:
        """Append a result; when this returns it is on the disk.

        Raises:
            DataError: it cannot be written.
        """
        line = json.dumps({"key": asdict(key), "result": asdict(result)}, allow_nan=False) + "\n"
        try:
            self._file.write(line.encode())
            self._file.flush()
            os.fsync(self._file.fileno())
        except OSError as error:
            raise atomic.write_error(self._path, error) from error
        self._results[key] = result

    def _read(self) -> None:
        self._file.seek(0)
        data = self._file.read()
        whole = data.rfind(b"\n") + 1
        if whole < len(data):
            self._file.truncate(whole)
        for number, line in enumerate(data[:whole].splitlines(), 1):
            try:
                record = json.loads(line)
                self._results[ClipKey(**record["key"])] = ClipResult(**record["result"])
            except (ValueError, KeyError, TypeError) as error:
                raise DataError(
                    f"{self._path}, line {number}, is no result of this version: move the file away"
                ) from error
