"""The MVP accelerator for Python: its register-level model, from the same C++ class as the host build.

mvp = Mvp()
mvp.add_ram(0x20000000, memory)      # a numpy array or bytearray
cycles = mvp.launch(image)           # 69 words
"""

from host.mvp.launch_image import image_words
from host.mvp.machine import Mvp
from host.mvp.state import Fault, LoopState

__all__ = ["Fault", "LoopState", "Mvp", "image_words"]
