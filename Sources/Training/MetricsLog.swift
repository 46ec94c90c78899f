#if canImport(Glibc)
  internal import Glibc
#else
  internal import Darwin
#endif
internal import DataFiles

/// A run's metrics: one JSON object a line, the source of truth for every curve.
///
/// A resumed run cuts off what was written after its checkpoint and writes it again. Seconds stand here and not in a
/// checkpoint, so that a checkpoint's bytes do not depend on the machine's speed.
struct MetricsLog: ~Copyable {
  private var file: LogFile
  /// The seconds of the last line that was kept.
  let secondsBefore: Double

  /// The log of a run, cut off behind its first lines.
  init(path: String, keepingLines lines: Int) throws(DataError) {
    file = try LogFile(path: path, keepingLines: lines)
    secondsBefore = Self.seconds(of: file.lastLine)
  }

  /// The seconds that a log opened so would go on from; it stays as it is.
  static func secondsBefore(path: String, keepingLines lines: Int) throws(DataError) -> Double {
    seconds(of: try LogFile.lastLine(path: path, keepingLines: lines))
  }

  private static func seconds(of line: [UInt8]) -> Double {
    (try? JSONValue(parsing: line))?["seconds"]?.doubleValue ?? 0
  }

  /// The log of a run that goes back, cut off behind its first lines but for the lines of earlier returns to the same place.
  static func returning(to lines: Int, path: String) throws(DataError) -> MetricsLog {
    let bytes = unsafe try MappedFile(copying: path).withUnsafeBytes { unsafe Array($0) }
    var log = try MetricsLog(path: path, keepingLines: lines)
    for line in bytes.split(separator: UInt8(ascii: "\n")).dropFirst(lines)
    where line.starts(with: #"{"rolled_back_to":"#.utf8) {
      try log.file.append(String(decoding: line, as: UTF8.self))
    }
    return log
  }

  /// The number of lines.
  var lines: Int { file.lines }

  /// A line of a step; the loss of a sampled softmax, which is no other's, has a name of its own.
  mutating func write(_ report: StepReport, meanLoss: Double, isSampled: Bool) throws(DataError) {
    let loss: [JSONValue.Member] =
      isSampled
      ? [.init("sampled_loss", .number(meanLoss))]
      : [.init("loss", .number(meanLoss)), .init("bits_per_token", .number(meanLoss / M_LN2))]
    try append(
      [
        .init("step", .integer(report.step)), .init("epoch", .integer(report.epoch)),
        .init("tokens", .integer(report.tokens)),
      ] + loss + [
        .init("learning_rate", .number(report.learningRate)), .init("gradient_norm", .number(report.gradientNorm)),
        .init("skipped", .bool(report.isSkipped)),
        .init("tokens_per_second", .number(report.tokensPerSecond.rounded())),
        .init("seconds", .number(report.seconds)),
      ])
  }

  mutating func write(_ report: EvaluationReport) throws(DataError) {
    try append([
      .init("step", .integer(report.step)), .init("validation_loss", .number(report.loss)),
      .init("average", .bool(report.isAverage)), .init("best", .bool(report.isBest)),
      .init("seconds", .number(report.seconds)),
    ])
  }

  mutating func write(_ report: RollBackReport) throws(DataError) {
    try append([
      .init("rolled_back_to", .integer(report.step)), .init("diagnosis", .string(report.diagnosis)),
      .init("rate_factor", .number(report.rate)), .init("seconds", .number(report.seconds)),
    ])
  }

  /// A line of the end of a start of the run.
  mutating func write(step: Int, _ reason: TrainingOutcome.Reason, seconds: Double) throws(DataError) {
    try append([
      .init("step", .integer(step)), .init("reason", .string(reason.rawValue)), .init("seconds", .number(seconds)),
    ])
  }

  func synchronize() throws(DataError) { try file.synchronize() }

  private mutating func append(_ members: [JSONValue.Member]) throws(DataError) {
    try file.append(JSONValue.object(members).serialized())
  }
}
