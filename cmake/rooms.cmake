# Adds the source folders that a target consists of.

# earshot_add_room(FOLDER [TARGETS TARGET…]): adds FOLDER when it has a CMakeLists.txt and EARSHOT_TARGET is
# one of TARGETS (all when none is named). Tests look into firmware/tflm: with TFLM_ROOT they are left out.
function(earshot_add_room folder)
  cmake_parse_arguments(PARSE_ARGV 1 room "" "" "TARGETS")
  if(room_TARGETS AND NOT EARSHOT_TARGET IN_LIST room_TARGETS)
    return()
  endif()
  if(TFLM_ROOT AND folder MATCHES "^(tests|host/fuzz)/")
    return()
  endif()
  if(EXISTS "${CMAKE_CURRENT_SOURCE_DIR}/${folder}/CMakeLists.txt")
    add_subdirectory("${folder}")
  endif()
endfunction()
