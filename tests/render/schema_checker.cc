#include "tests/render/schema_checker.hh"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string_view>

namespace wirelab::render::test {
namespace {

using Json = nlohmann::json;

class Checker {
 public:
  explicit Checker(const Json& root) : root_(root) {}

  void check(const Json& schema, const Json& value, const std::string& place) {
    for (const auto& [keyword, argument] : schema.items()) {
      if (keyword == "$ref") {
        check(root_.at(Json::json_pointer(argument.get<std::string>().substr(1))), value, place);
      } else if (keyword == "type") {
        check_type(argument, value, place);
      } else if (keyword == "const") {
        if (value != argument) complain(place, "is not " + argument.dump());
      } else if (keyword == "enum") {
        if (std::find(argument.begin(), argument.end(), value) == argument.end())
          complain(place, "is not one of " + argument.dump());
      } else if (keyword == "minimum") {
        if (value.is_number() && value < argument) complain(place, "is under " + argument.dump());
      } else if (keyword == "maximum") {
        if (value.is_number() && value > argument) complain(place, "is over " + argument.dump());
      } else if (keyword == "required") {
        for (const Json& name : argument) {
          if (value.is_object() && !value.contains(name.get<std::string>())) complain(place, "lacks " + name.dump());
        }
      } else if (keyword == "items") {
        for (std::size_t index = 0; value.is_array() && index < value.size(); ++index) {
          check(argument, value[index], fmt::format("{}/{}", place, index));
        }
      } else if (keyword == "oneOf") {
        check_one_of(argument, value, place);
      } else if (keyword == "properties") {
        if (value.is_object()) check_properties(argument, value, place);
      } else if (keyword == "additionalProperties") {
        if (value.is_object()) check_additional(schema.value("properties", Json::object()), argument, value, place);
      } else if (!is_comment(keyword)) {
        complain(place, "meets the unknown keyword " + keyword);
      }
    }
  }

  std::vector<std::string> found;

 private:
  static bool is_comment(std::string_view keyword) {
    constexpr std::array<std::string_view, 4> comments{"$schema", "title", "description", "$defs"};
    return std::find(comments.begin(), comments.end(), keyword) != comments.end();
  }

  static bool has_type(const std::string& type, const Json& value) {
    return (type == "object" && value.is_object()) || (type == "array" && value.is_array()) ||
           (type == "string" && value.is_string()) || (type == "integer" && value.is_number_integer()) ||
           (type == "boolean" && value.is_boolean()) || (type == "null" && value.is_null());
  }

  void check_type(const Json& types, const Json& value, const std::string& place) {
    const Json all = types.is_array() ? types : Json::array({types});
    const bool fits = std::any_of(all.begin(), all.end(), [&](const Json& type) { return has_type(type, value); });
    if (!fits) complain(place, "is no " + types.dump());
  }

  void check_one_of(const Json& choices, const Json& value, const std::string& place) {
    std::vector<std::string> reasons;
    int fitting = 0;
    for (const Json& choice : choices) {
      Checker inner(root_);
      inner.check(choice, value, place);
      if (inner.found.empty()) ++fitting;
      if (!inner.found.empty()) reasons.push_back(inner.found.front());
    }
    if (fitting != 1)
      complain(place, fmt::format("fits {} of {} choices: {}", fitting, choices.size(), fmt::join(reasons, "; ")));
  }

  void check_properties(const Json& properties, const Json& value, const std::string& place) {
    for (const auto& [name, schema] : properties.items()) {
      if (value.contains(name)) check(schema, value[name], place + "/" + name);
    }
  }

  void check_additional(const Json& properties, const Json& allowed, const Json& value, const std::string& place) {
    for (const auto& [name, inner] : value.items()) {
      if (properties.contains(name)) continue;
      if (allowed.is_boolean()) {
        if (!allowed.get<bool>()) complain(place, "has the unknown " + name);
      } else {
        check(allowed, inner, place + "/" + name);
      }
    }
  }

  void complain(const std::string& place, const std::string& what) { found.push_back(place + ": " + what); }

  const Json& root_;
};

}  // namespace

std::vector<std::string> violations(const Json& schema, const Json& document) {
  Checker checker(schema);
  checker.check(schema, document, "");
  return checker.found;
}

}  // namespace wirelab::render::test
