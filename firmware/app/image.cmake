# The image for the chip: main composes the platform, the generated model and the console. host/build.py sets
# the two folders (board header, generated model) and the kernel.
if(NOT EARSHOT_GENERATED_DIR)
  message(FATAL_ERROR "EARSHOT_GENERATED_DIR is not set: build with `python -m host.build`")
endif()
set(EARSHOT_VERSION "unknown" CACHE STRING "The project's version, for the banner")
set(EARSHOT_KERNEL "fast" CACHE STRING "Kernels of the image: reference, baseline or fast")
set_property(CACHE EARSHOT_KERNEL PROPERTY STRINGS reference baseline fast)
set(earshot_kernel_reference kReference)
set(earshot_kernel_baseline kBaseline)
set(earshot_kernel_fast kFast)
if(NOT DEFINED earshot_kernel_${EARSHOT_KERNEL})
  message(FATAL_ERROR "EARSHOT_KERNEL is ${EARSHOT_KERNEL}: use reference, baseline or fast")
endif()

add_executable(earshot
  debug_log.cc
  main.cc
  "${EARSHOT_GENERATED_DIR}/model_data.cc"
  "${EARSHOT_GENERATED_DIR}/model_facts.cc"
  "${EARSHOT_GENERATED_DIR}/model_images.cc")
set_target_properties(earshot PROPERTIES
  OUTPUT_NAME earshot.elf
  RUNTIME_OUTPUT_DIRECTORY "${CMAKE_BINARY_DIR}"
  LINK_DEPENDS "${EARSHOT_BOARD_DIR}/memory.ld;${PROJECT_SOURCE_DIR}/firmware/chip/efr32xg24/efr32xg24.ld")
target_include_directories(earshot PRIVATE "${EARSHOT_GENERATED_DIR}")
target_compile_definitions(earshot PRIVATE
  EARSHOT_VERSION="${EARSHOT_VERSION}"
  EARSHOT_KERNEL=app::Kernel::${earshot_kernel_${EARSHOT_KERNEL}}
  EARSHOT_KERNEL_NAME="${EARSHOT_KERNEL}")
target_link_libraries(earshot PRIVATE
  earshot_link_services earshot_commands earshot_console earshot_app earshot_port_xg24 earshot_chip)
target_link_options(earshot PRIVATE
  -Wl,-Map,${CMAKE_BINARY_DIR}/earshot.map)
