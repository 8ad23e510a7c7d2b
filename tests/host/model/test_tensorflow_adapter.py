import subprocess
import sys

import pytest

from host.errors import ModelError
from host.model import tensorflow_adapter
from host.model.settings import TrainingSettings


def test_threads_are_set_once_and_for_all() -> None:
    threads = TrainingSettings.threads
    threading = tensorflow_adapter.tensorflow(threads).config.threading
    assert threading.get_intra_op_parallelism_threads() == threads
    assert threading.get_inter_op_parallelism_threads() == threads
    tensorflow_adapter.keras(threads).ops.zeros(1)  # starts the runtime
    tensorflow_adapter.tensorflow(threads)
    with pytest.raises(ModelError, match="other threads than 1"):
        tensorflow_adapter.tensorflow(1)


def test_commands_explain_themselves_without_tensorflow() -> None:
    program = (
        "import sys\n"
        "for name in ('train', 'quantize', 'evaluate'):\n"
        "    command = __import__(f'host.{name}', fromlist=['main'])\n"
        "    try:\n"
        "        command.main(['--help'])\n"
        "    except SystemExit as end:\n"
        "        assert end.code == 0\n"
        "slow = {'tensorflow', 'keras', 'matplotlib', 'sklearn', 'librosa'} & set(sys.modules)\n"
        "assert not slow, slow\n"
    )
    subprocess.run([sys.executable, "-c", program], check=True, stdout=subprocess.DEVNULL)
