internal import Compute
public import DataFiles
internal import LanguageModeling
internal import NeuralNetwork
internal import TensorFiles

// A checkpoint is a model file with more in it: the optimizer's moments, every lane's state, and how far the run has
// come. Dropout masks follow from seed and step, so there is no generator to save.

extension Trainer {
  /// The model alone.
  func saveModel(to path: String) throws(DataError) {
    try requireFinite()
    try ModelFile.writer(of: network, values: weights.values, metadata: metadata, on: device).write(replacing: path)
  }

  /// The model and all that the run needs to go on.
  ///
  /// - Parameter states: those of the shards that other processes have.
  func saveCheckpoint(to path: String, _ states: [ShardState] = []) throws(DataError) {
    try requireFinite()
    let strings =
      metadata + [
        ("longhand.training", configuration.json.serialized()), ("longhand.progress", progress.json.serialized()),
      ]
    var writer = ModelFile.writer(of: network, values: weights.values, metadata: strings, on: device)
    for (i, moment) in optimizer.moments.enumerated() {
      writer.add(
        "optimizer.moment_\(i)", shape: [network.parameterCount], network.layout.all(of: moment), on: device)
    }
    for (i, mean) in averages.means.enumerated() {
      writer.add("average.mean_\(i)", shape: [network.parameterCount], network.layout.all(of: mean), on: device)
    }
    for shard in replicas.shards {
      for (name, state) in tensors(of: shard) {
        writer.add(name, shape: [state.rows, state.columns], state, on: device)
      }
    }
    for state in states { writer.add(state.name, shape: state.shape, state.values) }
    try writer.write(replacing: path)
  }

  /// Goes on from a checkpoint of this very run.
  ///
  /// - Throws: `DataError` when the checkpoint cannot be read, is damaged, or belongs to a model of another shape.
  public func resume(from path: String) throws(DataError) {
    let file = try ModelFile(path: path)
    guard file.configuration == network.configuration, let text = file.metadata["longhand.progress"] else {
      throw DataError(.data, "\(DataError.shown(path)) is no checkpoint of a model of this shape")
    }
    try file.load(into: weights.values, of: network, on: device)
    packWeights()
    for (i, moment) in optimizer.moments.enumerated() {
      device.upload(
        try file.floats("optimizer.moment_\(i)", shape: [network.parameterCount]), to: network.layout.all(of: moment))
    }
    for (i, mean) in averages.means.enumerated() {
      device.upload(
        try file.floats("average.mean_\(i)", shape: [network.parameterCount]), to: network.layout.all(of: mean))
    }
    for shard in replicas.shards {
      for (name, state) in tensors(of: shard) {
        device.upload(try file.floats(name, shape: [state.rows, state.columns]), to: state)
      }
    }
    progress = try DataError.blaming(path) { () throws(DataError) in
      try TrainingProgress(json: JSONValue(parsing: Array(text.utf8)))
    }
    guard progress.position < replicas.plan.laneLength else {
      throw DataError(
        .data,
        "\(DataError.shown(path)) stands at place \(progress.position) of lanes of \(replicas.plan.laneLength): "
          + "the training text is another one than before")
    }
  }

  /// The states of a shard's lanes under their names.
  func tensors(of shard: Shard<D>) -> [(String, Matrix<D.Storage>)] {
    Array(zip(stateNames(ofLanes: shard.reader.lanes), shard.state.h + shard.state.c))
  }

  /// The names of some lanes' h and, where there are cells, c of every layer.
  func stateNames(ofLanes lanes: Range<Int>) -> [String] {
    (replicas.shards[0].state.c.isEmpty ? ["h"] : ["h", "c"]).flatMap { kind in
      network.layers.indices.map { "state.\(kind)_l\($0).lanes_\(lanes.lowerBound)_\(lanes.upperBound)" }
    }
  }
}
