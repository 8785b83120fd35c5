# What every folder's CMakeLists.txt uses: one library per folder, one test program per tests/ folder.
include(CheckCXXCompilerFlag)

find_program(MITO_CCACHE ccache)
if(MITO_CCACHE AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
  set(CMAKE_C_COMPILER_LAUNCHER ${MITO_CCACHE})
  set(CMAKE_CXX_COMPILER_LAUNCHER ${MITO_CCACHE})
endif()

add_library(mito_options INTERFACE)
target_compile_options(mito_options INTERFACE -Wall -Wextra -Wpedantic -fvisibility=hidden)
target_include_directories(mito_options INTERFACE "${CMAKE_SOURCE_DIR}" "${CMAKE_BINARY_DIR}/generated")
if(MITO_SANITIZE)
  # The vptr check needs RTTI, which the bare folders lack: it reports every virtual call into them.
  target_compile_options(mito_options INTERFACE -fsanitize=${MITO_SANITIZE} -fno-sanitize=vptr -fno-omit-frame-pointer)
  target_link_options(mito_options INTERFACE -fsanitize=${MITO_SANITIZE})
endif()

# Folders that also run on targets, or might: no exceptions, no RTTI.
set(MITO_BARE_FOLDERS core protocol pymodules templating engine modules agent)

# mito_library(<folder> [USES <folder>...] SOURCES <file>... [LINKS <target>...])
# A static library mito_<folder>; USES names our folders, LINKS third-party targets.
function(mito_library folder)
  cmake_parse_arguments(ARG "" "" "USES;SOURCES;LINKS" ${ARGN})
  add_library(mito_${folder} STATIC ${ARG_SOURCES})
  target_link_libraries(mito_${folder} PUBLIC mito_options ${ARG_LINKS})
  foreach(used ${ARG_USES})
    target_link_libraries(mito_${folder} PUBLIC mito_${used})
  endforeach()
  if(folder IN_LIST MITO_BARE_FOLDERS)
    target_compile_options(mito_${folder} PRIVATE $<$<COMPILE_LANGUAGE:CXX>:-fno-exceptions -fno-rtti>)
  endif()
endfunction()

# mito_tests(<folder> [USES <folder>...] [EXTRA <file>...])
# Every tests/<folder>/*_test.cpp goes into one program, test_<folder>; each file is one CAF suite named
# <folder>.<file without _test> and one ctest entry. An unknown suite name would exit 0 with no checks:
# the FAIL_REGULAR_EXPRESSION turns that into a failure. Exit code 77 counts as skipped.
function(mito_tests folder)
  cmake_parse_arguments(ARG "" "" "USES;EXTRA;LINKS;LABELS" ${ARGN})
  file(GLOB files CONFIGURE_DEPENDS "${CMAKE_CURRENT_SOURCE_DIR}/*_test.cpp")
  if(NOT files)
    return()
  endif()
  add_executable(test_${folder} ${CMAKE_SOURCE_DIR}/tests/main.cpp ${files} ${ARG_EXTRA})
  target_link_libraries(test_${folder} PRIVATE mito_options CAF::core ${ARG_LINKS})
  foreach(used ${folder} ${ARG_USES})
    if(TARGET mito_${used})
      target_link_libraries(test_${folder} PRIVATE mito_${used})
    endif()
  endforeach()
  target_compile_definitions(test_${folder} PRIVATE MITO_SOURCE_DIR="${CMAKE_SOURCE_DIR}"
                             MITO_BINARY_DIR="${CMAKE_BINARY_DIR}")
  foreach(file ${files})
    get_filename_component(stem "${file}" NAME_WE)
    string(REGEX REPLACE "_test$" "" stem "${stem}")
    add_test(NAME ${folder}.${stem} COMMAND test_${folder} -s "^${folder}\\.${stem}$$")
    set_tests_properties(${folder}.${stem} PROPERTIES SKIP_RETURN_CODE 77 TIMEOUT 300
                         FAIL_REGULAR_EXPRESSION "Suites:  *0;Checks:  *0")
  endforeach()
endfunction()
