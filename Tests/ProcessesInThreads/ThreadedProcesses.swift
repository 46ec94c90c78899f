internal import Foundation
package import MessagePassing

/// A group of processes that are threads of one process: what they send goes through queues in memory.
package final class ThreadedProcesses: ProcessGroup, @unchecked Sendable {
  package let rank: Int
  package var count: Int { shared.count }
  package var processors: Int { 1 }
  /// Whether this process has said that all are about to end.
  package private(set) var isEnding = false
  private let shared: Shared
  private var senders: [ObjectIdentifier: Int] = [:]

  /// What all of them share, behind one lock.
  private final class Shared: @unchecked Sendable {
    let count: Int
    let condition = NSCondition()
    var mail: [[[Float]]]  // of each pair of processes, the messages that are on their way
    var offers: [[UInt8]?]
    var taken = 0

    init(_ count: Int) {
      self.count = count
      mail = Array(repeating: [], count: count * count)
      offers = Array(repeating: nil, count: count)
    }
  }

  private init(_ rank: Int, _ shared: Shared) {
    self.rank = rank
    self.shared = shared
  }

  /// Runs the same in a number of processes at the same time and returns what comes of each, by rank.
  package static func run<R: Sendable>(
    _ count: Int, _ body: @escaping @Sendable (ThreadedProcesses) throws -> R
  ) -> [Result<R, any Error>] {
    let shared = Shared(count)
    let results = Results<R>(count)
    let threads = DispatchGroup()
    for rank in 0..<count {
      threads.enter()
      let thread = Thread {
        let result = Result { try body(ThreadedProcesses(rank, shared)) }
        results.lock.withLock { results.values[rank] = result }
        threads.leave()
      }
      thread.stackSize = 8 << 20
      thread.start()
    }
    threads.wait()
    return results.values.compactMap(\.self)
  }

  private final class Results<R: Sendable>: @unchecked Sendable {
    let lock = NSLock()
    var values: [Result<R, any Error>?]
    init(_ count: Int) { values = Array(repeating: nil, count: count) }
  }

  /// What each process offers, once all have offered something and before any goes on to the next.
  private func exchange(_ bytes: [UInt8]) -> [[UInt8]] {
    shared.condition.withLock {
      while shared.offers[rank] != nil { shared.condition.wait() }
      shared.offers[rank] = bytes
      shared.condition.broadcast()
      while shared.offers.contains(where: { $0 == nil }) { shared.condition.wait() }
      let all = shared.offers.map { $0 ?? [] }
      shared.taken += 1
      if shared.taken == count {
        shared.taken = 0
        shared.offers = Array(repeating: nil, count: count)
        shared.condition.broadcast()
      } else {
        while shared.offers[rank] != nil { shared.condition.wait() }
      }
      return all
    }
  }

  package func gather(_ values: [Double], into all: inout [Double]) {
    let bytes = values.withUnsafeBytes { Array($0) }
    all = exchange(bytes).flatMap { bytes in
      stride(from: 0, to: bytes.count, by: 8).map { start in
        bytes.withUnsafeBytes { $0.loadUnaligned(fromByteOffset: start, as: Double.self) }
      }
    }
  }

  package func broadcast(_ bytes: inout [UInt8], from rank: Int) { bytes = exchange(bytes)[rank] }

  package func send(_ message: Message, to rank: Int) {
    var numbers = [Float](repeating: 0, count: message.count)
    message.copy(to: &numbers)
    shared.condition.withLock { shared.mail[self.rank * count + rank].append(numbers) }
  }

  package func receive(_ message: Message, from rank: Int) {
    precondition(senders[ObjectIdentifier(message)] == nil, "a message that is on its way")
    senders[ObjectIdentifier(message)] = rank
  }

  package func isDone(_ message: Message) -> Bool {
    guard let sender = senders[ObjectIdentifier(message)] else { return true }
    let numbers: [Float]? = shared.condition.withLock {
      let pair = sender * count + rank
      return shared.mail[pair].isEmpty ? nil : shared.mail[pair].removeFirst()
    }
    guard let numbers else { return false }
    senders[ObjectIdentifier(message)] = nil
    precondition(numbers.count == message.count, "\(numbers.count) numbers came for \(message.count)")
    message.put(numbers)
    return true
  }

  package func rest(after looks: Int) { if looks > 10 { Thread.sleep(forTimeInterval: 0.000_05) } }

  package func endTogether() { isEnding = true }
}
