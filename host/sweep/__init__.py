"""A search over autoencoders: each is trained, quantized, built and measured as a trial of its own."""
