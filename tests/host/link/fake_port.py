"""A fake device at a port of this computer."""

import os
import select
import termios
import threading
import tty

from fake_device import FakeDevice


class FakePort:
    """A fake device on a pseudo-terminal; time is real. `path` is what a client opens."""

    def __init__(self, device: FakeDevice) -> None:
        self.device = device
        self._plug()
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def close(self) -> None:
        self._stop.set()
        self._thread.join()
        os.close(self._master)
        os.close(self._client)

    def _plug(self) -> None:
        self._master, self._client = os.openpty()
        tty.setraw(self._client)
        self.path = os.ttyname(self._client)

    def _serve(self) -> None:
        device = self.device
        while not self._stop.is_set():
            if select.select([self._master], [], [], 0.02)[0]:
                device.baud = _rate(self._client)
                device.write(os.read(self._master, 4096))
            data = device.read(0.02)
            if data:
                os.write(self._master, data)


def _rate(descriptor: int) -> int:
    code = termios.tcgetattr(descriptor)[5]
    return next(rate for rate in (9600, 115_200, 460_800, 921_600) if getattr(termios, f"B{rate}") == code)
