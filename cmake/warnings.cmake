# Compiler settings of the two kinds of C++ here, as interface libraries to link privately.

set(TFLM_ROOT "" CACHE PATH "An installed TFLM (include/ and lib/) to link instead of firmware/tflm; empty: none")

# earshot_warnings: what all own code is compiled with.
add_library(earshot_warnings INTERFACE)
target_compile_features(earshot_warnings INTERFACE cxx_std_17)
target_compile_options(earshot_warnings INTERFACE -Wall -Wextra -Werror)

# earshot_firmware: code that also runs on the chip. No exceptions, no RTTI; a fused multiply-add would round
# once where the reference arithmetic rounds twice, hence -ffp-contract=off.
add_library(earshot_firmware INTERFACE)
target_link_libraries(earshot_firmware INTERFACE earshot_warnings)
target_compile_options(earshot_firmware INTERFACE
  -fno-exceptions -fno-rtti -fno-threadsafe-statics -ffp-contract=off
  -ffunction-sections -fdata-sections)
# Beside each object file a list of its functions' frames: host/firmware_build/stack_use.py is tested by it.
if(EARSHOT_TARGET STREQUAL "xg24")
  target_compile_options(earshot_firmware INTERFACE -fstack-usage)
endif()
target_include_directories(earshot_firmware INTERFACE "${PROJECT_SOURCE_DIR}/firmware")
if(NOT TFLM_ROOT)
  target_include_directories(earshot_firmware INTERFACE "${PROJECT_SOURCE_DIR}/firmware/tflm")
endif()
