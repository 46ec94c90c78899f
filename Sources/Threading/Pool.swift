internal import Synchronization

/// Things that threads take for a while, so that there are as many as threads and not as many as jobs.
public final class Pool<Element>: @unchecked Sendable {
  private let lock = Mutex(())
  // Read and written with the lock held.
  private var atRest: [Element] = []

  /// An empty pool.
  public init() {}

  /// One that is at rest; nil when there is none, and a new one is to be made.
  public func take() -> Element? {
    lock.withLock { _ in atRest.popLast() }
  }

  /// Puts one to rest.
  public func give(back element: Element) {
    lock.withLock { _ in atRest.append(element) }
  }

  /// All of them, when no thread has one.
  public var all: [Element] { lock.withLock { _ in atRest } }
}
