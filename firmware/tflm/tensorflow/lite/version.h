// Version of the .tflite schema that the runtime reads.
#pragma once

#define TFLITE_SCHEMA_VERSION (3)
