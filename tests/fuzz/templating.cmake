# Fuzz targets of templating/; seeds in tests/fuzz/seeds/<target>. Build with the preset `fuzz`.
foreach(target template_parse template_eval)
  add_executable(fuzz_${target} ${CMAKE_CURRENT_LIST_DIR}/${target}_fuzz.cpp)
  target_link_libraries(fuzz_${target} PRIVATE mito_options mito_templating mito_core -fsanitize=fuzzer)
endforeach()
