// earshot_host: the firmware's application on this machine, for models in files.
#include <cstdio>
#include <cstring>
#include <exception>

#include "host/sim/host_build/commands.h"
#include "host/sim/host_build/failure.h"
#include "host/sim/host_build/options.h"

int main(int argc, char** argv) {
  using namespace host_build;
  if (argc == 2 && (std::strcmp(argv[1], "--help") == 0 || std::strcmp(argv[1], "-h") == 0)) {
    std::fputs(Usage(), stdout);
    return 0;
  }
  try {
    const Options options = ParseOptions(argc, argv);
    if (options.command == Command::kRun) {
      RunModel(options);
    } else if (options.command == Command::kPrepare) {
      PrepareModel(options);
    } else if (options.command == Command::kTables) {
      WriteTables(options);
    } else {
      std::fputs(DescribeModel(options).c_str(), stdout);
    }
    return 0;
  } catch (const UsageError& error) {
    std::fprintf(stderr, "error: %s (earshot_host --help shows the usage)\n", error.what());
    return 2;
  } catch (const std::exception& error) {
    std::fprintf(stderr, "error: %s\n", error.what());
    return 1;
  }
}
