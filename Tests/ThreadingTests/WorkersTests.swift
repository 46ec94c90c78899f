import Synchronization
import Testing
import Threading

struct WorkersTests {
  @Test(arguments: [1, 2, 4], [0, 1, 2, 3, 5, 1000])
  func everyJobRunsOnce(threads: Int, count: Int) {
    let runs = Mutex([Int](repeating: 0, count: count))
    Workers(threads: threads).run(count) { i in runs.withLock { $0[i] += 1 } }
    #expect(runs.withLock { $0 } == [Int](repeating: 1, count: count))
  }

  @Test(arguments: [2, 4])
  func jobsRunWithinJobs(threads: Int) {
    let runs = Mutex(0)
    let workers = Workers(threads: threads)
    workers.run(8) { _ in workers.run(8) { _ in runs.withLock { $0 += 1 } } }
    #expect(runs.withLock { $0 } == 64)
  }
}
