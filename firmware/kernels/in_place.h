// What a kernel promises when its output may take the place of an input that nobody reads afterwards.
#pragma once

namespace kernels {
namespace in_place {

template <typename Registration>
auto Mark(Registration& registration, int) -> decltype(registration.in_place = true) {
  return registration.in_place = true;
}

// An installed TFLM's registration has no word for it: there every operand has memory of its own.
template <typename Registration>
bool Mark(Registration&, long) {
  return false;
}

}  // namespace in_place

// Promises for a kernel with one output: element i of the output is written only when elements 0..i of every
// input with as many elements have been read for the last time. Groups that are read before they are written
// and elements that are read earlier still keep it; nothing else of the inputs' order matters.
template <typename Registration>
Registration ReadsBeforeItWrites(Registration registration) {
  in_place::Mark(registration, 0);
  return registration;
}

}  // namespace kernels
