"""From a .tflite to what the firmware compiles: the model as a C array, its operators and its facts."""
