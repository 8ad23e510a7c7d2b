# GoogleTest programs registered with ctest.
find_package(GTest REQUIRED)

# earshot_add_test(NAME SOURCES FILE… [LIBRARIES LIBRARY…]): one test program.
function(earshot_add_test name)
  cmake_parse_arguments(PARSE_ARGV 1 test "" "" "SOURCES;LIBRARIES")
  add_executable(${name} ${test_SOURCES})
  target_link_libraries(${name} PRIVATE earshot_warnings ${test_LIBRARIES} GTest::gtest GTest::gtest_main)
  # What is tested is optimised as ever; the tests themselves compile in a third of the time this way.
  target_compile_options(${name} PRIVATE -Og -g1)
  add_test(NAME ${name} COMMAND ${name})
  set_tests_properties(${name} PROPERTIES TIMEOUT 120)
endfunction()
