internal import Compute
internal import DataFiles
internal import LanguageModeling
internal import MessagePassing
internal import NeuralNetwork

/// The state of a shard's lanes that another process has.
struct ShardState {
  let name: String
  let shape: [Int]
  let values: [Float]
}

extension Trainer {
  /// Whether the leading process, which writes the run's files, has one; all of them learn it.
  func leaderHas(_ path: String) throws(DataError) -> Bool {
    processes.anyone(try processes.agree { processes.leads ? try FileSystem.kind(of: path) != nil : false })
  }

  /// The states of all lanes that other processes have, in the leading process; nothing in the others.
  func gatherStates() -> [ShardState] {
    if processes.leads {
      let states = replicas.shards[0].state.h + replicas.shards[0].state.c
      return (1..<processes.count).flatMap { rank in
        replicas.split.shards(ofProcess: rank).flatMap { shard in
          let lanes = replicas.split.lanes(ofShard: shard)
          return zip(stateNames(ofLanes: lanes), states.map(\.columns)).map { name, columns in
            let shape = [lanes.count, columns]
            let message = Message(capacity: shape[0] * shape[1])
            message.expect(message.capacity)
            processes.receive(message, from: rank)
            processes.wait(for: message)
            var values = [Float](repeating: 0, count: message.count)
            message.copy(to: &values)
            return ShardState(name: name, shape: shape, values: values)
          }
        }
      }
    }
    var values: [Float] = []
    for shard in replicas.shards {
      for (_, state) in tensors(of: shard) {
        let message = Message(capacity: state.count)
        device.download(state, to: &values)
        message.put(values)
        processes.send(message, to: 0)
        processes.wait(for: message)
      }
    }
    return []
  }

  /// Refuses to go on with processes that have come to different values, as machines of different kinds would.
  func requireSameValues() throws(DataError) {
    if processes.count == 1 { return }
    let own =
      [Double(progress.step)]
      + ([weights.values] + optimizer.moments).map { device.sumOfSquares(network.layout.all(of: $0)) }
    var all: [Double] = []
    processes.gather(own, into: &all)
    let different = (1..<processes.count).first { rank in
      zip(own.indices, all[(rank * own.count)...]).contains { $1.bitPattern != all[$0].bitPattern }
    }
    if let different {
      throw DataError(
        .data,
        "processes 0 and \(different) of \(processes.count) have come to different values after step \(progress.step), "
          + "and nothing of it was saved; they need the same build of longhand, processors with the same instructions, "
          + "and the same files in the run's folder")
    }
  }
}
