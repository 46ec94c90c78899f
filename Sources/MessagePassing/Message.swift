/// Numbers that go from process to process, in memory that stays where it is.
public final class Message {
  /// The most numbers that it holds.
  public let capacity: Int
  /// How many it has now, or is to receive.
  public private(set) var count = 0
  package let values: UnsafeMutablePointer<Float>
  /// What the group knows a message by that is on its way; nil when it is on none.
  package var request: Int?

  /// An empty message.
  public init(capacity: Int) {
    self.capacity = capacity
    values = .allocate(capacity: capacity)
    values.initialize(repeating: 0, count: capacity)
  }

  deinit { values.deallocate() }

  /// Makes room for so many numbers, whose values do not matter.
  public func expect(_ count: Int) {
    precondition(request == nil && 0...capacity ~= count, "\(count) numbers for a message of \(capacity)")
    self.count = count
  }

  /// Takes numbers in.
  public func put(_ numbers: [Float]) {
    expect(numbers.count)
    numbers.withUnsafeBufferPointer { numbers in
      if let from = numbers.baseAddress { values.update(from: from, count: numbers.count) }
    }
  }

  /// Copies the numbers to an array of the same count.
  public func copy(to numbers: inout [Float]) {
    precondition(numbers.count == count, "a message of \(count) numbers for \(numbers.count)")
    numbers.withUnsafeMutableBufferPointer { numbers in
      numbers.baseAddress?.update(from: values, count: count)
    }
  }
}
