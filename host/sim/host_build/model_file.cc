// Files of the host executable.
#include "host/sim/host_build/model_file.h"

#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>

#include "host/sim/host_build/failure.h"

namespace host_build {
namespace {

constexpr size_t kAlignment = 64;
constexpr size_t kMaxFileBytes = size_t{1} << 30;

struct Close {
  void operator()(std::FILE* file) const { std::fclose(file); }
};
using File = std::unique_ptr<std::FILE, Close>;

[[noreturn]] void FailWithErrno(const std::string& what, const std::string& path) {
  throw Failure("cannot " + what + " " + path + ": " + std::strerror(errno));
}

}  // namespace

AlignedBytes::AlignedBytes(size_t size)
    : size_(size),
      bytes_(static_cast<uint8_t*>(std::aligned_alloc(kAlignment, (size / kAlignment + 1) * kAlignment))) {
  if (bytes_ == nullptr) throw Failure("out of memory: " + std::to_string(size) + " bytes are not to be had");
  std::memset(bytes_.get(), 0, (size / kAlignment + 1) * kAlignment);
}

AlignedBytes ReadFile(const std::string& path) {
  std::error_code error;
  if (std::filesystem::is_directory(path, error)) throw Failure("cannot read " + path + ": it is a folder");
  const File file(std::fopen(path.c_str(), "rb"));
  if (file == nullptr) FailWithErrno("read", path);
  const uintmax_t size = std::filesystem::file_size(path, error);
  if (error) throw Failure("cannot read " + path + ": " + error.message());
  if (size == 0) throw Failure(path + " is empty");
  if (size > kMaxFileBytes) throw Failure(path + " is larger than 1 GiB");
  AlignedBytes bytes(size);
  if (std::fread(bytes.data(), 1, size, file.get()) != size) FailWithErrno("read", path);
  return bytes;
}

void WriteFile(const std::string& path, const void* bytes, size_t size) {
  const std::string temporary = path + "." + std::to_string(getpid()) + ".tmp";
  File file(std::fopen(temporary.c_str(), "wb"));
  if (file == nullptr) FailWithErrno("write", path);
  const bool written = std::fwrite(bytes, 1, size, file.get()) == size;
  if (std::fclose(file.release()) != 0 || !written || std::rename(temporary.c_str(), path.c_str()) != 0) {
    const int cause = errno;
    std::remove(temporary.c_str());
    errno = cause;
    FailWithErrno("write", path);
  }
}

}  // namespace host_build
