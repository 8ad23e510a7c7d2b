# Finds the Unicorn engine where the Python package of that name brings it: headers and libunicorn.so.2.
#
# Gives the imported target unicorn::unicorn, or leaves UNICORN_LIBRARY empty where the package is missing.
set(_unicorn_pythons "${Python_EXECUTABLE}" "${PROJECT_SOURCE_DIR}/.venv/bin/python" python3)
if(NOT UNICORN_LIBRARY)
  foreach(_python IN LISTS _unicorn_pythons)
    if(NOT _python)
      continue()
    endif()
    execute_process(
      COMMAND "${_python}" -c "import importlib.util as u; print(u.find_spec('unicorn').submodule_search_locations[0])"
      OUTPUT_VARIABLE _folder OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET RESULT_VARIABLE _status)
    if(_status EQUAL 0 AND EXISTS "${_folder}/lib/libunicorn.so.2")
      set(UNICORN_LIBRARY "${_folder}/lib/libunicorn.so.2" CACHE FILEPATH "Unicorn's shared library")
      set(UNICORN_INCLUDE_DIR "${_folder}/include" CACHE PATH "Unicorn's C headers")
      break()
    endif()
  endforeach()
endif()

if(UNICORN_LIBRARY AND NOT TARGET unicorn::unicorn)
  add_library(unicorn::unicorn SHARED IMPORTED GLOBAL)
  set_target_properties(unicorn::unicorn PROPERTIES
    IMPORTED_LOCATION "${UNICORN_LIBRARY}"
    IMPORTED_SONAME libunicorn.so.2
    INTERFACE_INCLUDE_DIRECTORIES "${UNICORN_INCLUDE_DIR}")
endif()
