import DataFiles
import Synchronization

/// Builders that threads take for a while, so that there are as many as threads and not as many as pieces.
final class CounterPool: @unchecked Sendable {
  private let lock = Mutex(())
  // Read and written with the lock held.
  private var atRest: [VocabularyBuilder] = []

  /// A builder at rest, or a new one.
  func take(_ make: () throws(DataError) -> VocabularyBuilder) throws(DataError) -> VocabularyBuilder {
    if let counter = takeAtRest() { counter } else { try make() }
  }

  /// Puts a builder to rest.
  func give(back counter: VocabularyBuilder) {
    lock.withLock { _ in atRest.append(counter) }
  }

  /// A builder at rest, if there is one.
  func takeAtRest() -> VocabularyBuilder? { lock.withLock { _ in atRest.popLast() } }
}
