import Longhand

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// Shows on standard error how far the reading of a corpus has come, and ends it when somebody asks for that.
final class CorpusDisplay {
  private let verb: String
  private let total: Int?
  private let stop: StopRequest
  private let hasBar: Bool
  private let start = ContinuousClock.now
  private var shown = Duration.zero

  /// A display for some texts, which is quiet unless the reading takes long.
  init(_ verb: String, _ inputs: [CorpusInput], quiet: Bool) {
    self.verb = verb
    stop = StopRequest(consequence: "stopping; nothing is left behind")
    hasBar = !quiet && isTerminal(STDERR_FILENO)
    total = inputs.reduce(0) { sum, input in
      guard let sum, case .file(let path) = input, !CorpusInput.isCompressed(path) else { return nil }
      return FileSystem.size(of: path).map { sum + $0 }
    }
  }

  /// Shows how many bytes have been read.
  ///
  /// - Throws: `DataError` when somebody asked for an end.
  func show(_ bytes: Int) throws(DataError) {
    if let status = stop.exitStatus {
      finish()
      throw DataError(DataError.Code(rawValue: status) ?? .interrupted, "stopped before the end; nothing was written")
    }
    let elapsed = ContinuousClock.now - start
    guard hasBar, elapsed - shown > .milliseconds(200) else { return }
    shown = elapsed
    let seconds = elapsed / .seconds(1)
    let speed = "\(grouped(Int(Double(bytes) / 1e6 / seconds))) MB/s"
    if let total, total > 0 {
      let share = min(1, Double(bytes) / Double(total))
      bar(
        share,
        "\(verb) \(memorySize(bytes)) of \(memorySize(total))  \(speed)  \(duration(seconds * (1 - share) / share)) left"
      )
    } else {
      printError("\r\u{1b}[K\(verb) \(memorySize(bytes))  \(speed)", terminator: "")
    }
  }

  /// Clears the line.
  func finish() {
    if shown > .zero { printError("\r\u{1b}[K", terminator: "") }
  }
}
