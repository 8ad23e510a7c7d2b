# Toolchain: GNU Arm Embedded for the Cortex-M33 with FPU and DSP of the EFR32xG24.
set(CMAKE_SYSTEM_NAME Generic)
set(CMAKE_SYSTEM_PROCESSOR cortex-m33)
set(CMAKE_CXX_COMPILER arm-none-eabi-g++)
set(CMAKE_TRY_COMPILE_TARGET_TYPE STATIC_LIBRARY)

# The full newlib, not nano: its memcpy and memset move words, and nothing of its I/O is linked.
# No path of this machine enters the image, so that its build id depends on sources and settings only.
string(JOIN " " CMAKE_CXX_FLAGS_INIT
  -mcpu=cortex-m33 -mthumb -mfpu=fpv5-sp-d16 -mfloat-abi=hard
  "-ffile-prefix-map=${CMAKE_SOURCE_DIR}=."
  "-ffile-prefix-map=${CMAKE_BINARY_DIR}=build")
# -O2 with symbols: they stay in the ELF and cost no flash.
set(CMAKE_CXX_FLAGS_CHIP_INIT "-O2 -g")

set(CMAKE_FIND_ROOT_PATH_MODE_PROGRAM NEVER)
set(CMAKE_FIND_ROOT_PATH_MODE_LIBRARY ONLY)
set(CMAKE_FIND_ROOT_PATH_MODE_INCLUDE ONLY)
