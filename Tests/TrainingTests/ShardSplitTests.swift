import Testing

@testable import Training

struct ShardSplitTests {
  @Test func everyLaneIsInOneShardAndEveryShardInOneProcess() {
    for (lanes, shards) in [(6, 3), (13, 5), (64, 64), (7, 1)] {
      for processes in 1...shards {
        var configuration = TrainingConfiguration()
        configuration.batch = lanes
        configuration.shards = shards
        let split = ShardSplit(configuration, processes: processes)
        #expect((0..<shards).flatMap { Array(split.lanes(ofShard: $0)) } == Array(0..<lanes))
        #expect((0..<processes).flatMap { Array(split.shards(ofProcess: $0)) } == Array(0..<shards))
        let counts = (0..<processes).map { split.shards(ofProcess: $0).count }
        #expect(counts.max() == split.most)
        #expect((counts.min() ?? 0) >= split.most - 1 && counts.min() != 0)
      }
    }
  }
}
