"""Reading .tflite files: structure, operator counts and the plan of their activations in the arena."""
