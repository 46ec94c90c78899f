import ArgumentParser
import Longhand

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// `longhand bench`: how fast this machine is at it.
struct BenchCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "bench", abstract: "Measure the speed of this machine.",
    subcommands: [
      BenchTokenizeCommand.self, BenchTrainCommand.self, BenchSampleCommand.self, BenchScoreCommand.self,
      BenchProductCommand.self,
    ])
}

/// What is said where bf16 was asked for and is not to be had.
let noBFloat16 = "this machine has no instructions for bf16; computing in f32"

/// The most memory that this process has had, in bytes.
func peakMemory() -> Int {
  var usage = rusage()
  _ = unsafe getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
  return usage.ru_maxrss * 1024
}
