#include "labs/explain/http_fault.hh"

namespace wirelab::explain {

using core::HttpFault;

words::TextId text_of(HttpFault fault) {
  switch (fault) {
    case HttpFault::line_end:
      return "http.line-end"_text;
    case HttpFault::start_line:
      return "http.start-line"_text;
    case HttpFault::version:
      return "http.version"_text;
    case HttpFault::field:
      return "http.field"_text;
    case HttpFault::field_space:
      return "http.field-space"_text;
    case HttpFault::folded_field:
      return "http.folded-field"_text;
    case HttpFault::host:
      return "http.host"_text;
    case HttpFault::length:
      return "http.length"_text;
    case HttpFault::two_ends:
      return "http.two-ends"_text;
    case HttpFault::coding:
      return "http.coding"_text;
    case HttpFault::chunk:
      return "http.chunk"_text;
    case HttpFault::start_line_too_long:
    case HttpFault::fields_too_long:
    case HttpFault::content_too_long:
      break;
  }
  return "http.too-long"_text;
}

}  // namespace wirelab::explain
