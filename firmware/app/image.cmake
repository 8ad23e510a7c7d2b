# The image for the chip: main composes the platform, the generated model, and the console with the link or the
# benchmark. host/build.py sets the two folders (board header, generated model), the kernel and the application.
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

set(EARSHOT_APP "console" CACHE STRING "What the image serves: console (with the link) or benchmark")
set_property(CACHE EARSHOT_APP PROPERTY STRINGS console benchmark)
set(EARSHOT_BENCHMARK_MODE "performance" CACHE STRING "The benchmark's timestamps: performance or energy")
set_property(CACHE EARSHOT_BENCHMARK_MODE PROPERTY STRINGS performance energy)
set(earshot_energy_performance 0)
set(earshot_energy_energy 1)
if(NOT DEFINED earshot_energy_${EARSHOT_BENCHMARK_MODE})
  message(FATAL_ERROR "EARSHOT_BENCHMARK_MODE is ${EARSHOT_BENCHMARK_MODE}: use performance or energy")
endif()
if(EARSHOT_APP STREQUAL "console")
  set(earshot_sources debug_log.cc main.cc)
  set(earshot_libraries earshot_link_services earshot_commands earshot_console)
  set(earshot_definitions EARSHOT_APPLICATION="console")
elseif(EARSHOT_APP STREQUAL "benchmark")
  set(earshot_sources benchmark/main.cc)
  set(earshot_libraries earshot_benchmark)
  set(earshot_definitions
    EARSHOT_APPLICATION="benchmark-${EARSHOT_BENCHMARK_MODE}"
    EARSHOT_BENCHMARK_ENERGY=${earshot_energy_${EARSHOT_BENCHMARK_MODE}})
  if(EARSHOT_BENCHMARK_MODE STREQUAL "energy")
    # Only here: not every board names a timing pin.
    list(APPEND earshot_sources "${PROJECT_SOURCE_DIR}/firmware/port/xg24/timing_pin.cc")
  endif()
else()
  message(FATAL_ERROR "EARSHOT_APP is ${EARSHOT_APP}: use console or benchmark")
endif()

option(EARSHOT_INTERPRETER "Check and prepare the model at start, instead of linking its tables" OFF)
if(EARSHOT_INTERPRETER OR TFLM_ROOT)
  list(APPEND earshot_sources interpreted_image_application.cc)
else()
  list(APPEND earshot_sources static_image_application.cc "${EARSHOT_GENERATED_DIR}/model_tables.cc")
endif()

add_executable(earshot
  ${earshot_sources}
  "${PROJECT_SOURCE_DIR}/firmware/port/xg24/image_note.cc"
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
  EARSHOT_KERNEL_NAME="${EARSHOT_KERNEL}"
  ${earshot_definitions})
target_link_libraries(earshot PRIVATE
  ${earshot_libraries} earshot_app earshot_port_xg24 earshot_chip)
target_link_options(earshot PRIVATE
  -Wl,-Map,${CMAKE_BINARY_DIR}/earshot.map)
