# Writes OUTPUT, the definition of program_digest(): one digest of all sources below ROOT. The same sources give the
# same one on every machine, so that the shards of a class can be merged.
#
#   cmake -D ROOT=folder -D OUTPUT=file -P program_digest.cmake
file(GLOB_RECURSE sources RELATIVE ${ROOT} ${ROOT}/core/*.cc ${ROOT}/core/*.hh ${ROOT}/labs/*.cc ${ROOT}/labs/*.hh)
list(SORT sources)
set(digests "")
foreach(source ${sources})
  file(SHA256 ${ROOT}/${source} digest)
  string(APPEND digests "${source} ${digest}\n")
endforeach()
string(SHA256 digest "${digests}")
file(WRITE ${OUTPUT} "#include \"labs/grader/program_digest.hh\"

namespace wirelab::grader {

std::string_view program_digest() { return \"${digest}\"; }

}  // namespace wirelab::grader
")
