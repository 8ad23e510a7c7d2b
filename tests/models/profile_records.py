"""Small profiles for tests of what is made from them."""

from host.report.profile_document import Cycles, Profile, ProfileLayer


def _layer(index: int, cycles: int, kernel: str, max_error: int | None) -> ProfileLayer:
    return ProfileLayer(
        index=index,
        opcode="fully_connected" if cycles else "reshape",
        ops=2_000 if cycles else 0,
        macs=1_000 if cycles else 0,
        accelerator_cycles=Cycles((cycles,)),
        cpu_cycles=None,
        total_cycles=None,
        time_s=None,
        kernel=kernel,
        input_shapes=((1, 10),),
        output_shapes=((1, 100),),
        options="none",
        max_error=max_error,
        mean_error=max_error and 0.1,
        rms_error=max_error and 0.25,
    )


def profile(kernel: str, cycles: int, max_error: int) -> Profile:
    """Return a profile of the host build: a fully connected layer of 1,000 MACs, then one without work."""
    return Profile(
        source="host",
        board=None,
        clock_hz=None,
        accelerator="mvp",
        kernel=kernel,
        cycle_model="device-flash",
        cycle_model_error="stated",
        build_id=None,
        unique_id=None,
        runs=1,
        model_name="small",
        model_sha256="0" * 64,
        model_bytes=100,
        layers=(_layer(0, cycles, kernel, max_error), _layer(1, 0, "reference", None)),
        unsupported_layers=0,
        accelerator_cycles=Cycles((cycles,)),
        cpu_cycles=None,
        wait_cycles=None,
        total_cycles=None,
        time_s=None,
        energy_uj=None,
        energy_basis=None,
        arena_bytes=1,
        ram_bytes=None,
        flash_bytes=None,
        cycle_model_sets=("device-flash",),
        error_inputs=64,
    )
