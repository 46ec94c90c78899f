/// Segments on their way out, in a buffer that is used again and again.
struct WordBatch {
  static let capacity = 1024
  /// The most segments that are added between two looks at the room left.
  static let stride = 64

  /// Where each segment ends, in bytes from the start of the text.
  let ends: UnsafeMutablePointer<Int>
  /// The rule status of each segment.
  let statuses: UnsafeMutablePointer<Int32>
  var count = 0

  init() {
    ends = .allocate(capacity: Self.capacity)
    statuses = .allocate(capacity: Self.capacity)
  }

  func deallocate() {
    ends.deallocate()
    statuses.deallocate()
  }

  /// Whether there is not room enough for another stride.
  var isFull: Bool { Self.isFull(count) }

  @inline(__always)
  static func isFull(_ count: Int) -> Bool { count + stride > capacity }

  mutating func append(_ end: Int, status: Int32) {
    ends[count] = end
    statuses[count] = status
    count += 1
  }

  mutating func empty(into consume: (WordBatch) -> Void) {
    if count > 0 { consume(self) }
    count = 0
  }
}
