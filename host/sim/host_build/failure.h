// What ends the host executable with one line on standard error.
#pragma once

#include <stdexcept>
#include <string>

namespace host_build {

// Something in the files or the model: exit status 1.
class Failure : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

// Something in the command line: exit status 2.
class UsageError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

}  // namespace host_build
