import librosa
import numpy as np
import pytest

from host.data import mel


@pytest.mark.parametrize(("rate", "bands"), [(8000, 64), (16000, 128), (44100, 128), (48000, 128)])
def test_filters_are_those_of_librosa(rate: int, bands: int) -> None:
    theirs = librosa.filters.mel(sr=rate, n_fft=1024, n_mels=bands, fmin=0.0, fmax=rate / 2)
    ours = mel.filters(rate, 1024, bands)
    assert ours.shape == (513, bands)
    np.testing.assert_allclose(ours.T, theirs, rtol=0, atol=1e-7 * float(theirs.max()))


def test_centres_are_those_of_librosa() -> None:
    theirs = librosa.mel_frequencies(n_mels=130, fmin=0.0, fmax=8000.0)[1:-1]
    np.testing.assert_allclose(mel.centres(16000, 128), theirs, rtol=1e-12)


@pytest.mark.parametrize("rate", [16000, 48000])
@pytest.mark.parametrize("group", [1, 32, 128])
def test_groups_hold_every_filter_and_leave_out_zeros_only(rate: int, group: int) -> None:
    everything = np.zeros((513, 128))
    for part in mel.filter_groups(rate, 1024, 128, group):
        everything[part.bins, part.bands] = part.matrix
    np.testing.assert_array_equal(everything, mel.filters(rate, 1024, 128))
