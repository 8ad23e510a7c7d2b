// What a session has prepared, as the tables of a static graph (static_graph.h) need it: a JSON document
// without addresses of this machine. "accelerated" is null, or tells of a layer that the accelerator runs
// where its parts lie in the block of prepared layers, its scratch buffer's index, and the position of its
// copy of weights.
// "value" is what a tensor holds whose operator reads constants and shapes only; else null.
//
// Positions are bytes from the start of the model's file, of the arena's tensors, or of the copies of
// weights; -1 where there is none. What kernels keep is hexadecimal, byte by byte: it has no pointers.
#pragma once

#include <string>

namespace host_build {

class Session;
class AlignedBytes;

// {"arena_bytes", "tensors": [{"arena", "file", "dims", "scale", "value"}], "scratch": [position],
//  "operations": [{"inputs", "outputs", "data", "user_data", "accelerated"}],
//  "copies": [{"file", "bytes", "position"}],
//  "notes": [line]}. Throws Failure where a kernel's data lies outside of what was given to it.
std::string StaticTables(Session& session, const AlignedBytes& model);

}  // namespace host_build
