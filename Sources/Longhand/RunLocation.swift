internal import Training

/// Finds the model that a person means by a path.
enum RunLocation {
  /// The model file: the path itself, or in a run's folder its best model, else its last, else its newest checkpoint.
  ///
  /// - Throws: `DataError` when there is none.
  static func model(at path: String) throws(DataError) -> String {
    guard let kind = try FileSystem.kind(of: path) else {
      throw DataError(
        .noInput, "\(DataError.shown(path)) does not exist; give a run's folder or a model file (.safetensors)")
    }
    guard kind == .directory else { return path }
    for candidate in [RunDirectory.bestModel(of: path), RunDirectory.lastModel(of: path)] {
      if try FileSystem.kind(of: candidate) != nil { return candidate }
    }
    // At its start a run has learned nothing.
    let start = RunDirectory.checkpoint(of: path, step: 0)
    if let newest = try RunDirectory.checkpoints(of: path).first, newest != start { return newest }
    throw DataError(
      .noInput,
      "\(DataError.shown(path)) has no model yet; train one with `longhand train TEXT --run \(DataError.shown(path))`")
  }
}
