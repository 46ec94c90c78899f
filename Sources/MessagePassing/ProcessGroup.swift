public import DataFiles

/// Processes that work on one thing, each of which takes the same steps and has a part of the work.
///
/// They take part in every `gather`, `broadcast` and what is built on them in the same order; who does not come has the
/// others wait. One thread of a process uses its group.
public protocol ProcessGroup: AnyObject, Sendable {
  /// The number of this process, from 0; the first one leads.
  var rank: Int { get }
  /// How many processes there are.
  var count: Int { get }
  /// This process's share of its machine's processors.
  var processors: Int { get }

  /// Every process's numbers, as many from each, in the order of the processes.
  func gather(_ values: [Double], into all: inout [Double])
  /// The bytes of one process, in the others' arrays of the same count.
  func broadcast(_ bytes: inout [UInt8], from rank: Int)

  /// Starts to send a message, which must stay as it is until it is done.
  func send(_ message: Message, to rank: Int)
  /// Starts to receive a message of a known count; a process's messages arrive in the order in which it sent them.
  func receive(_ message: Message, from rank: Int)
  /// Whether a message is on no way, or has come to the end of it.
  func isDone(_ message: Message) -> Bool
  /// Gives way to others after looking in vain so many times.
  func rest(after looks: Int)

  /// Says that all processes are about to end; who ends without it ends the others, too.
  func endTogether()
}

extension ProcessGroup {
  /// Whether this is the process that reads, writes and speaks for all.
  public var leads: Bool { rank == 0 }

  /// Waits for a message.
  public func wait(for message: Message) {
    var looks = 0
    while !isDone(message) {
      rest(after: looks)
      looks += 1
    }
  }

  /// Whether something is so in any process.
  public func anyone(_ isSo: Bool) -> Bool {
    if count == 1 { return isSo }
    var all: [Double] = []
    gather([isSo ? 1 : 0], into: &all)
    return all.contains(1)
  }

  /// The leading process's number, in all of them.
  public func fromLeader(_ value: Double) -> Double {
    if count == 1 { return value }
    var all: [Double] = []
    gather([value], into: &all)
    return all[0]
  }

  /// Runs something that may fail in some of the processes, and then fails in all of them, with the first one's error.
  public func agree<R: ~Copyable>(_ body: () throws -> R) throws(DataError) -> R {
    let result: Result<R, DataError>
    do {
      result = .success(try body())
    } catch {
      result = .failure(error as? DataError ?? DataError(.usage, "\(error)"))
    }
    if count == 1 { return try result.get() }
    let own: DataError? =
      switch result {
      case .success: nil
      case .failure(let error): error
      }
    // Of each process the exit status, 0 for none, and the length of what it has to say.
    let text = own.map { Array($0.message.utf8) } ?? []
    var all: [Double] = []
    gather([Double(own?.code.rawValue ?? 0), Double(text.count)], into: &all)
    guard let failed = (0..<count).first(where: { all[2 * $0] != 0 }) else { return try result.get() }
    var message = failed == rank ? text : [UInt8](repeating: 0, count: Int(all[2 * failed + 1]))
    broadcast(&message, from: failed)
    throw DataError(
      DataError.Code(rawValue: Int32(all[2 * failed])) ?? .data,
      (failed == 0 ? "" : "process \(failed) of \(count): ") + String(decoding: message, as: UTF8.self))
  }

  /// Runs something in the leading process alone; when it fails there, it fails in all.
  public func lead(_ body: () throws -> Void) throws(DataError) {
    try agree { if leads { try body() } }
  }
}
