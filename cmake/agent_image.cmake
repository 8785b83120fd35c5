# mito_agent_image(<machine>): builds ${CMAKE_BINARY_DIR}/images/mito-agent-<machine>-first (what stage-0 starts) and
# …-full (every module), and their .gz, statically linked and small: over musl where its development files are found, else over the compiler's own C library.
#
# Sets the global property MITO_AGENT_IMAGES to the machines that there are.
include_guard(GLOBAL)

set(MITO_MUSL_ROOT "" CACHE PATH "Where unpacked musl-dev packages stand (scripts/musl-arm64 makes one), besides /")
set(mito_agent_flags -std=c++20 -Os --param=max-inline-insns-size=2 -flto=1 -ffunction-sections -fdata-sections -fno-exceptions -fno-rtti
    -fno-threadsafe-statics -fno-asynchronous-unwind-tables -fno-unwind-tables -fvisibility=hidden -fno-stack-protector
    -fno-ident -fmerge-all-constants -DNDEBUG -DMITO_ENCRYPTED_TEXTS=0 -Wall -Wextra)
set(mito_agent_link_flags -flto-partition=one -s -Wl,--gc-sections -Wl,--build-id=none -Wl,-z,norelro -Wl,-z,noseparate-code
    -Wl,--hash-style=gnu)

# The compiler for a machine; g++ even where the rest is built with clang, since the images use libstdc++'s headers and -flto.
function(mito_agent_compiler machine out)
  if(machine STREQUAL CMAKE_SYSTEM_PROCESSOR AND CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
    set(${out} ${CMAKE_CXX_COMPILER} PARENT_SCOPE)
    return()
  endif()
  find_program(MITO_AGENT_CXX_${machine} NAMES ${machine}-linux-gnu-g++)
  set(${out} "${MITO_AGENT_CXX_${machine}}" PARENT_SCOPE)
endfunction()

# Everything that the images are made of: our libraries' sources, known when the whole project has been read.
function(mito_agent_sources out)
  set(files ${CMAKE_SOURCE_DIR}/agent/main.cpp)
  foreach(folder core protocol modules modules_setup agent)
    get_target_property(names mito_${folder} SOURCES)
    get_target_property(directory mito_${folder} SOURCE_DIR)
    foreach(name ${names})
      cmake_path(ABSOLUTE_PATH name BASE_DIRECTORY ${directory})
      list(APPEND files ${name})
    endforeach()
  endforeach()
  # The controller's JSON reader stands on Boost.JSON; the agent has its own.
  list(FILTER files EXCLUDE REGEX "/json_boost\\.cpp$")
  list(APPEND files ${CMAKE_SOURCE_DIR}/core/json_small.cpp)
  list(REMOVE_DUPLICATES files)
  set(${out} ${files} PARENT_SCOPE)
endfunction()

# A directory with nothing but the kernel's headers, which musl's own directory lacks.
function(mito_kernel_headers machine directory)
  file(MAKE_DIRECTORY ${directory})
  foreach(name linux asm asm-generic)
    find_path(MITO_KERNEL_${name}_${machine} NAMES ${name}/types.h NO_DEFAULT_PATH
              PATHS /usr/${machine}-linux-gnu/include /usr/include/${machine}-linux-gnu /usr/include)
    if(MITO_KERNEL_${name}_${machine})
      file(CREATE_LINK ${MITO_KERNEL_${name}_${machine}}/${name} ${directory}/${name} SYMBOLIC)
    endif()
  endforeach()
endfunction()

# One object, with `build` and `folder` of the caller. Further arguments are flags.
function(mito_agent_object machine source object)
  cmake_path(GET object PARENT_PATH object_folder)
  file(MAKE_DIRECTORY ${object_folder})
  file(RELATIVE_PATH name ${CMAKE_SOURCE_DIR} ${source})
  add_custom_command(OUTPUT ${object}
    COMMAND ${build} ${mito_agent_flags} ${ARGN} -I${CMAKE_SOURCE_DIR} -MD -MF ${object}.d -MT ${object} -c ${source} -o ${object}
    DEPENDS ${source} ${CMAKE_SOURCE_DIR}/agent/image/musl-cxx ${CMAKE_SOURCE_DIR}/agent/image/musl-shim.hpp
    DEPFILE ${object}.d COMMENT "agent ${machine}: ${name}" VERBATIM)
endfunction()

function(mito_agent_image machine)
  mito_agent_compiler(${machine} compiler)
  if(NOT compiler)
    message(STATUS "No compiler for the ${machine} agent (g++-${machine}-linux-gnu): targets of that kind cannot be managed")
    return()
  endif()
  find_path(MITO_MUSL_INCLUDE_${machine} NAMES features.h NO_DEFAULT_PATH
            PATHS /usr/include/${machine}-linux-musl ${MITO_MUSL_ROOT}/usr/include/${machine}-linux-musl)
  find_path(MITO_MUSL_LIBRARY_${machine} NAMES crt1.o NO_DEFAULT_PATH
            PATHS /usr/lib/${machine}-linux-musl ${MITO_MUSL_ROOT}/usr/lib/${machine}-linux-musl)
  mito_agent_sources(sources)
  set(folder ${CMAKE_BINARY_DIR}/images)
  if(MITO_MUSL_INCLUDE_${machine} AND MITO_MUSL_LIBRARY_${machine})
    set(build ${CMAKE_COMMAND} -E env LAUNCHER=${CMAKE_CXX_COMPILER_LAUNCHER} ${CMAKE_SOURCE_DIR}/agent/image/musl-cxx
        ${MITO_MUSL_INCLUDE_${machine}} ${MITO_MUSL_LIBRARY_${machine}} ${folder}/kernel-${machine} ${compiler})
    mito_kernel_headers(${machine} ${folder}/kernel-${machine})
    set(link ${build})
    foreach(file runtime malloc decimal printf)
      list(APPEND sources ${CMAKE_SOURCE_DIR}/agent/image/${file}.cpp)
    endforeach()
    set(C_LIBRARY musl)
  else()
    message(STATUS "No musl for ${machine} (package musl-dev): the agent is built over glibc and several times as large")
    set(build ${CMAKE_CXX_COMPILER_LAUNCHER} ${compiler})
    set(link ${compiler} -static)
    set(C_LIBRARY glibc)
  endif()

  set(objects)
  foreach(source ${sources})
    file(RELATIVE_PATH name ${CMAKE_SOURCE_DIR} ${source})
    mito_agent_object(${machine} ${source} ${folder}/${machine}/${name}.o)
    if(name STREQUAL "modules/registry.cpp")
      set(full_registry ${folder}/${machine}/${name}.o)
      set(first_registry ${folder}/${machine}/${name}.first.o)
      mito_agent_object(${machine} ${source} ${first_registry} -DMITO_FIRST_IMAGE)
    else()
      list(APPEND objects ${folder}/${machine}/${name}.o)
    endif()
  endforeach()
  foreach(kind first full)
    set(image ${folder}/mito-agent-${machine}-${kind})
    add_custom_command(OUTPUT ${image} ${image}.gz
      COMMAND ${link} ${mito_agent_flags} ${mito_agent_link_flags} ${objects} ${${kind}_registry} -o ${image}
      COMMAND gzip -9 -n -k -f ${image}
      DEPENDS ${objects} ${${kind}_registry} COMMENT "agent ${machine}: linking the ${kind} image over ${C_LIBRARY}" VERBATIM)
    list(APPEND images ${image}.gz)
  endforeach()
  add_custom_target(agent_image_${machine} ALL DEPENDS ${images})
  set_property(GLOBAL APPEND PROPERTY MITO_AGENT_IMAGES ${machine})
  set_property(GLOBAL PROPERTY MITO_AGENT_C_LIBRARY_${machine} ${C_LIBRARY})
endfunction()
