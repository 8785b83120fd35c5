# Fuzz targets of cli/; seeds in tests/fuzz/seeds/<target>.
add_executable(fuzz_ini ${CMAKE_CURRENT_LIST_DIR}/ini_fuzz.cpp)
target_link_libraries(fuzz_ini PRIVATE mito_options mito_cli -fsanitize=fuzzer)
