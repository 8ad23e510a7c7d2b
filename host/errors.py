"""Every error that a command reports to a person, as one tree.

HostError                 exit status 1, one line: what is wrong and what to do
├── UsageError            exit status 2: arguments that do not fit together
├── DataError             recordings, archives, datasets, feature files
├── ModelError            .tflite files and trained models
├── BuildError            compilers, linkers, memory budgets
├── ImageError            image files (ELF, HEX, BIN) that cannot be loaded
├── FirmwareError         the firmware, wherever it runs, refused or failed
├── ProbeError            the debug probe: none, several, in use, not permitted, or unplugged
├── TargetError           the part behind the probe: no answer, locked, or another one than the board's
├── PackError             CMSIS packs and the index of them
├── FlashError            erasing, writing or verifying flash failed: what it holds is not the image
└── LinkError             the serial line: no port, nobody who answers, or somebody else
    ├── DeviceResetError  the device started anew in the middle of a session
    └── DeviceBusyError   it cannot serve a request now

Libraries raise these only; errors of foreign libraries are mapped where they are called.
"""


class HostError(Exception):
    """Base of all errors whose text is written for a person to read."""

    exit_code = 1


class UsageError(HostError):
    """Arguments that do not fit together."""

    exit_code = 2


class DataError(HostError):
    """A recording, archive, dataset or feature file that cannot be used."""


class ModelError(HostError):
    """A model file or a folder of a training run that cannot be used."""


class BuildError(HostError):
    """A firmware build that failed or does not fit its board."""


class ImageError(HostError):
    """An image file that cannot be loaded: damaged, for another machine, or in the wrong place."""


class FirmwareError(HostError):
    """The firmware refused a request or failed while serving it."""


class ProbeError(HostError):
    """No debug probe that can be used, several to choose from, or one that went away."""


class TargetError(HostError):
    """The part behind a debug probe does not answer, is locked, or is not the one that was expected."""


class PackError(HostError):
    """A CMSIS pack that cannot be used, or none that has the part."""


class FlashError(HostError):
    """Flash was not erased, written or verified as planned: the image on the board is incomplete."""


class LinkError(HostError):
    """No port, or nobody on it who speaks the link as this computer does."""


class DeviceResetError(LinkError):
    """The device started anew in the middle of a session: what it knew of it is lost."""


class DeviceBusyError(LinkError):
    """The device cannot serve a request at present."""
