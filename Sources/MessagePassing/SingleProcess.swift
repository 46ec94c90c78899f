#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// A process that works alone.
public final class SingleProcess: ProcessGroup {
  /// A group of one.
  public init() {}

  /// The first.
  public var rank: Int { 0 }
  /// One.
  public var count: Int { 1 }
  /// As many as the machine has that are on.
  public var processors: Int { onlineProcessors }

  /// The numbers themselves.
  public func gather(_ values: [Double], into all: inout [Double]) {
    // Not the array itself, which would be copied when it is next written to.
    all.removeAll(keepingCapacity: true)
    all.append(contentsOf: values)
  }
  /// Nothing: there is nobody else.
  public func broadcast(_ bytes: inout [UInt8], from rank: Int) {}
  /// A mistake: there is nobody to send to.
  public func send(_ message: Message, to rank: Int) { preconditionFailure("a message of one process to itself") }
  /// A mistake: there is nobody to receive from.
  public func receive(_ message: Message, from rank: Int) { preconditionFailure("a message of one process to itself") }
  /// Always.
  public func isDone(_ message: Message) -> Bool { true }
  /// Nothing.
  public func rest(after looks: Int) {}
  /// Nothing.
  public func endTogether() {}
}

/// As many processors as the machine has that are on, but 1024 at most.
var onlineProcessors: Int { max(1, min(sysconf(Int32(_SC_NPROCESSORS_ONLN)), 1024)) }
