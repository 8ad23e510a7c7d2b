r"""The virtual xG24 from Python: it runs the image that is flashed to a board, in simulated time.

board = VirtualBoard()                        # host.sim.board
board.load(image_file.read(Path("build/brd2601b/earshot.elf")))
stop = board.run(until=Text("> "))            # host.sim.conditions
board.send(b"help\r")

The simulator itself is the optional distribution `earshot-virtual-xg24` (host/sim/extension); nothing outside
of this package imports it. All figures are simulated.
"""
