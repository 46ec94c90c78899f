internal import Dispatch
internal import Synchronization

/// Threads that share out numbered jobs.
///
/// Which thread takes which job is left to chance, so a job must depend on its number alone; then the result is the
/// same for any number of threads.
public struct Workers: Sendable {
  /// How many jobs run at the same time, at most.
  public let threads: Int

  /// `threads` workers; at least one.
  public init(threads: Int) {
    precondition(threads > 0, "\(threads) threads")
    self.threads = threads
  }

  /// Runs jobs 0 ..< count and returns when all are done.
  public func run(_ count: Int, _ job: @Sendable (Int) -> Void) {
    if threads == 1 || count <= 1 {
      for i in 0..<count { job(i) }
      return
    }
    let next = Atomic(0)
    DispatchQueue.concurrentPerform(iterations: min(threads, count)) { _ in
      while true {
        let i = next.wrappingAdd(1, ordering: .relaxed).oldValue
        if i >= count { return }
        job(i)
      }
    }
  }
}
