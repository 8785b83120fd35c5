# Fuzz targets of playbook/; seeds in tests/fuzz/seeds/<target>. Build with the preset `fuzz`.
foreach(target yaml inventory vault)
  add_executable(fuzz_${target} ${CMAKE_CURRENT_LIST_DIR}/${target}_fuzz.cpp)
  target_link_libraries(fuzz_${target} PRIVATE mito_options mito_playbook -fsanitize=fuzzer)
endforeach()
