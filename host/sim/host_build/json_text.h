// Pieces of JSON documents. All text in them is plain ASCII without quotes.
#pragma once

#include <string>
#include <vector>

namespace host_build {

// `items` as the elements of an array.
std::string JsonArray(const std::vector<std::string>& items);

// As a string; what is not plain becomes '?'.
std::string JsonQuoted(const std::string& text);

// What "; " joins.
std::vector<std::string> Lines(const std::string& text);

}  // namespace host_build
