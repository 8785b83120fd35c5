# mito_embed_images(<target>): adds the agents' images to a target, through a generated source that includes their bytes.
function(mito_embed_images target)
  get_property(machines GLOBAL PROPERTY MITO_AGENT_IMAGES)
  if(NOT machines)
    message(FATAL_ERROR "There is no compiler for any agent image: g++ is needed")
  endif()
  set(memfd_create_x86_64 319)
  set(memfd_create_aarch64 279)
  set(symbols "")
  set(entries "")
  set(files "")
  foreach(machine ${machines})
    string(APPEND entries "      {\"${machine}\"")
    foreach(kind first full)
      set(file "${CMAKE_BINARY_DIR}/images/mito-agent-${machine}-${kind}.packed")
      set(symbol mito_image_${machine}_${kind})
      list(APPEND files ${file})
      string(APPEND symbols
        "asm(\".pushsection .rodata\\n\"\n    \"${symbol}:\\n\"\n    \".incbin \\\"${file}\\\"\\n\"\n"
        "    \"${symbol}_end:\\n\"\n    \".globl ${symbol}, ${symbol}_end\\n\"\n    \".popsection\\n\");\n"
        "extern \"C\" const char ${symbol}[], ${symbol}_end[];\n")
      string(APPEND entries ",\n       {${symbol}, static_cast<std::size_t>(${symbol}_end - ${symbol})}")
    endforeach()
    string(APPEND entries ",\n       ${memfd_create_${machine}}},\n")
  endforeach()
  set(source "${CMAKE_BINARY_DIR}/generated/bootstrap/image_data.cpp")
  file(CONFIGURE OUTPUT "${source}" @ONLY CONTENT "#include \"bootstrap/image_data.hpp\"

@symbols@
namespace mito::bootstrap {

std::span<const image> embedded_images() {
  static const image list[] = {
@entries@  };
  return list;
}

} // namespace mito::bootstrap
")
  target_sources(${target} PRIVATE "${source}")
  set_source_files_properties("${source}" PROPERTIES OBJECT_DEPENDS "${files}" COMPILE_OPTIONS "-fno-lto")
endfunction()
