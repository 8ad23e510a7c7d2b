"""Build the flash algorithm of the EFR32xG24 from its source.

For people who change it: flashing uses the code in msc_algorithm.json and needs no compiler.
"""

from collections.abc import Sequence

from host import atomic, cli
from host.flash.algorithm import blob, compilation


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command; returns its exit status."""
    parser = cli.parser("flash.algorithm", __doc__, "python -m host.flash.algorithm build")
    parser.add_argument("action", choices=["build"], help="compile, and write msc_algorithm.json")
    parser.parse_args(argv)
    algorithm = compilation.build()
    atomic.write_text(blob.PATH, algorithm.to_json())
    cli.out.print(
        f"{blob.PATH.name}: {len(algorithm.code)} bytes of code, {algorithm.memory_bytes} with variables"
    )
    return 0


if __name__ == "__main__":
    cli.run(main)
