"""The autoencoder: its graph, training that resumes, int8 quantization, scores and metrics."""
