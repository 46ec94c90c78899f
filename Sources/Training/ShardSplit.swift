/// Which lanes each shard of a batch has, and which shards each process: what follows one another, as even as can be.
struct ShardSplit {
  let lanes: Int
  let shards: Int
  let processes: Int

  init(_ configuration: TrainingConfiguration, processes: Int) {
    (lanes, shards) = (configuration.batch, configuration.shardCount)
    self.processes = processes
  }

  /// The lanes of a shard.
  func lanes(ofShard s: Int) -> Range<Int> { lanes * s / shards..<lanes * (s + 1) / shards }

  /// The shards of a process.
  func shards(ofProcess r: Int) -> Range<Int> { shards * r / processes..<shards * (r + 1) / processes }

  /// The most shards that a process has.
  var most: Int { (shards + processes - 1) / processes }
}
