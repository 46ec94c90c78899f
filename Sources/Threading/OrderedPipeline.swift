internal import Dispatch

#if canImport(Glibc)
  internal import Glibc
#else
  internal import Darwin
#endif

/// Jobs that are filled one after another, worked on by several threads, and handed out in the order they were filled.
///
/// There are a few jobs, used again and again, so memory does not grow with their number. Which thread works on a job is
/// left to chance, so what comes out must depend on the job alone; then it is the same for any number of threads. The
/// thread that asks for results helps: N threads work in all, N - 1 of them in the background.
public final class OrderedPipeline<Job: AnyObject, Failure: Error> {
  private let queue: JobQueue<Job, Failure>
  private let workers = DispatchGroup()

  /// A pipeline that starts at once.
  ///
  /// - Parameters:
  ///   - threads: how many threads work, at least one.
  ///   - makeJob: makes a job's memory; it is called 2 · threads + 1 times, and once for one thread.
  ///   - fill: fills a job with the next input; false when there is none. One thread at a time, in order.
  ///   - work: works on a job, on any thread.
  /// - Throws: what `makeJob` throws.
  public init(
    threads: Int, makeJob: () throws(Failure) -> Job, fill: @escaping (Job) throws(Failure) -> Bool,
    work: @escaping (Job) throws(Failure) -> Void
  ) throws(Failure) {
    precondition(threads > 0, "\(threads) threads")
    var jobs: [Job] = []
    for _ in 0..<(threads == 1 ? 1 : 2 * threads + 1) { jobs.append(try makeJob()) }
    queue = JobQueue(jobs, fill: fill, work: work)
    for _ in 1..<threads {
      DispatchQueue.global().async(group: workers) { [queue] in queue.workUntilTheEnd() }
    }
  }

  deinit {
    queue.cancel()
    workers.wait()
  }

  /// The next result in order, which is valid until the next call; nil after the last.
  ///
  /// - Throws: what filling or working threw, at the place of that job in the order; nothing comes after it.
  public func next() throws(Failure) -> Job? { try queue.next() }
}

/// The jobs of a pipeline and where they stand; everything in it is read and written with its lock held.
private final class JobQueue<Job: AnyObject, Failure: Error>: @unchecked Sendable {
  private let fill: (Job) throws(Failure) -> Bool
  private let work: (Job) throws(Failure) -> Void
  private let lock: UnsafeMutablePointer<pthread_mutex_t>
  private let changed: UnsafeMutablePointer<pthread_cond_t>

  private var free: [Job]
  private var isFilling = false
  /// Nothing will be filled any more.
  private var isExhausted = false
  private var filled = 0
  private var handedOut = 0
  /// The jobs that are done and have not been handed out, by their number modulo the capacity.
  private var done: [Result<Job, Failure>?]
  private var current: Job?

  init(
    _ jobs: [Job], fill: @escaping (Job) throws(Failure) -> Bool, work: @escaping (Job) throws(Failure) -> Void
  ) {
    self.fill = fill
    self.work = work
    free = jobs
    done = [Result<Job, Failure>?](repeating: nil, count: jobs.count)
    lock = .allocate(capacity: 1)
    changed = .allocate(capacity: 1)
    pthread_mutex_init(lock, nil)
    pthread_cond_init(changed, nil)
  }

  deinit {
    pthread_mutex_destroy(lock)
    pthread_cond_destroy(changed)
    lock.deallocate()
    changed.deallocate()
  }

  func next() throws(Failure) -> Job? {
    pthread_mutex_lock(lock)
    defer { pthread_mutex_unlock(lock) }
    if let used = current {
      current = nil
      free.append(used)
      pthread_cond_broadcast(changed)
    }
    while true {
      let place = handedOut % done.count
      if let result = done[place] {
        done[place] = nil
        handedOut += 1
        let job = try result.get()
        current = job
        return job
      }
      if isExhausted && handedOut == filled { return nil }
      if !takeTurn() { pthread_cond_wait(changed, lock) }
    }
  }

  func workUntilTheEnd() {
    pthread_mutex_lock(lock)
    while !isExhausted {
      if !takeTurn() { pthread_cond_wait(changed, lock) }
    }
    pthread_mutex_unlock(lock)
  }

  func cancel() {
    pthread_mutex_lock(lock)
    isExhausted = true
    pthread_cond_broadcast(changed)
    pthread_mutex_unlock(lock)
  }

  /// Fills a job and works on it, if one is free and nobody else is filling; the lock is held before and after.
  private func takeTurn() -> Bool {
    guard !isFilling, !isExhausted, let job = free.popLast() else { return false }
    isFilling = true
    let isFilled = unlocked { () throws(Failure) in try fill(job) }
    isFilling = false
    switch isFilled {
    case .success(true):
      let number = filled
      filled += 1
      pthread_cond_broadcast(changed)
      finish(number, unlocked { () throws(Failure) in try work(job) }.map { job })
    case .success(false): isExhausted = true
    case .failure(let error):
      filled += 1
      finish(filled - 1, .failure(error))
    }
    pthread_cond_broadcast(changed)
    return true
  }

  private func finish(_ number: Int, _ result: Result<Job, Failure>) {
    done[number % done.count] = result
    if case .failure = result { isExhausted = true }
  }

  private func unlocked<Value>(_ body: () throws(Failure) -> Value) -> Result<Value, Failure> {
    pthread_mutex_unlock(lock)
    defer { pthread_mutex_lock(lock) }
    return Result { () throws(Failure) in try body() }
  }
}
