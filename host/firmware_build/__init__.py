"""From a model and a board to a firmware image: generate, compile, link, and account for the memory."""
