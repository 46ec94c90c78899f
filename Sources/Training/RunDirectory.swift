public import DataFiles

/// The folder of one run: its configuration, metrics, checkpoints and models.
public final class RunDirectory: Sendable {
  /// The folder.
  public let path: String
  private let lock: DirectoryLock?

  /// Opens a folder, or makes it, and keeps other processes out for as long as the object lives.
  ///
  /// - Throws: `DataError` when it cannot be made, or another process has it open.
  public init(_ path: String) throws(DataError) {
    try FileSystem.createDirectory(path)
    try FileSystem.createDirectory(path + "/checkpoints")
    lock = try DirectoryLock(directory: path)
    self.path = path
    try DurableFile.removeLeftovers(in: path + "/checkpoints")
  }

  /// A folder that another process of the same group has opened.
  public init(openedByLeader path: String) {
    self.path = path
    lock = nil
  }

  /// The configuration as run, JSON.
  public var configuration: String { RunDirectory.configuration(of: path) }
  /// One JSON object a line for every report.
  public var metrics: String { path + "/metrics.jsonl" }
  /// The model with the lowest validation loss.
  public var bestModel: String { RunDirectory.bestModel(of: path) }
  /// The model as it was when the run ended.
  public var lastModel: String { RunDirectory.lastModel(of: path) }

  /// The model that the run started from, grown to the run's vocabulary; there is none where it started anew.
  public var baseModel: String { path + "/base.safetensors" }

  /// The configuration of a run's folder, which need not be open.
  public static func configuration(of run: String) -> String { run + "/configuration.json" }
  /// The best model of a run's folder, which need not be open.
  public static func bestModel(of run: String) -> String { run + "/best.safetensors" }
  /// The last model of a run's folder, which need not be open.
  public static func lastModel(of run: String) -> String { run + "/model.safetensors" }

  /// Where the checkpoint of a step goes.
  public func checkpoint(step: Int) -> String { RunDirectory.checkpoint(of: path, step: step) }

  /// Where the checkpoint of a step goes in a run's folder, which need not be open.
  public static func checkpoint(of run: String, step: Int) -> String {
    let digits = String(step)
    let zeros = String(repeating: "0", count: max(0, 9 - digits.utf8.count))
    return run + "/checkpoints/step-" + zeros + digits + ".safetensors"
  }

  /// The checkpoints there are, the newest first.
  ///
  /// - Throws: `DataError` when the folder cannot be read.
  public func checkpoints() throws(DataError) -> [String] {
    try RunDirectory.checkpoints(of: path)
  }

  /// The checkpoints of a run's folder, which need not be open, the newest first.
  ///
  /// - Throws: `DataError` when the folder cannot be read.
  public static func checkpoints(of run: String) throws(DataError) -> [String] {
    let folder = run + "/checkpoints"
    guard try FileSystem.kind(of: folder) != nil else { return [] }
    return try FileSystem.entries(of: folder)
      .compactMap { name in step(ofCheckpoint: name).map { (step: $0, name: name) } }
      .sorted { $0.step > $1.step }
      .map { folder + "/" + $0.name }
  }

  /// A checkpoint, metrics or a model that a run has left, which a new one would go on from or keep; nil where there is none.
  ///
  /// - Throws: `DataError` when the folder cannot be read.
  public func remnant() throws(DataError) -> String? {
    if let checkpoint = try checkpoints().first { return checkpoint }
    for path in [metrics, bestModel, lastModel] where try FileSystem.kind(of: path) != nil { return path }
    return nil
  }

  /// The step that a checkpoint's name says; nil for any other file.
  private static func step(ofCheckpoint name: String) -> Int? {
    let (prefix, suffix) = ("step-", ".safetensors")
    guard name.hasPrefix(prefix), name.hasSuffix(suffix), name.utf8.count > prefix.utf8.count + suffix.utf8.count
    else { return nil }
    let digits = name.dropFirst(prefix.count).dropLast(suffix.count)
    return digits.utf8.allSatisfy { (48...57).contains($0) } ? Int(digits) : nil
  }

  /// Removes all checkpoints but the newest ones and that of a step.
  func removeCheckpoints(keeping count: Int, and step: Int) throws(DataError) {
    let kept = checkpoint(step: step)
    for path in try checkpoints().dropFirst(count) where path != kept { try FileSystem.remove(path) }
  }

  /// Removes the checkpoints of later steps than one that there is.
  func removeCheckpoints(after step: Int) throws(DataError) {
    let last = checkpoint(step: step)
    for path in try checkpoints().prefix(while: { $0 != last }) { try FileSystem.remove(path) }
  }
}
