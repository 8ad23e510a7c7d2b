"""The names of the accelerator's cycle models, apart from all that is needed to run one (host/mvp)."""

CYCLE_MODELS = ("device-flash", "device-bothmiss", "vendor-sim")
DEFAULT_CYCLE_MODEL = "device-flash"
