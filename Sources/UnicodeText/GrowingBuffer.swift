/// Memory that grows at its end and is used again without an allocation.
///
/// What an `Array` checks with each element, room and sole ownership, is checked here once for many.
struct GrowingBuffer<Element: BitwiseCopyable>: ~Copyable {
  private(set) var base: UnsafeMutablePointer<Element>
  private(set) var capacity: Int
  private(set) var count = 0

  init(capacity: Int) {
    precondition(capacity > 0, "a capacity of \(capacity)")
    self.capacity = capacity
    base = .allocate(capacity: capacity)
  }

  deinit { base.deallocate() }

  var elements: UnsafeMutableBufferPointer<Element> { UnsafeMutableBufferPointer(start: base, count: count) }

  /// Makes room for so many elements more.
  @inline(__always)
  mutating func reserve(_ extra: Int) {
    if capacity - count < extra { grow(by: extra) }
  }

  @inline(never)
  private mutating func grow(by extra: Int) {
    let larger = max(capacity * 2, count + extra)
    let moved = UnsafeMutablePointer<Element>.allocate(capacity: larger)
    moved.moveInitialize(from: base, count: count)
    base.deallocate()
    base = moved
    capacity = larger
  }

  /// Appends an element, for which there is room.
  @inline(__always)
  mutating func appendReserved(_ element: Element) {
    assert(count < capacity)
    (base + count).initialize(to: element)
    count += 1
  }

  @inline(__always)
  mutating func append(_ element: Element) {
    reserve(1)
    appendReserved(element)
  }

  @inline(__always)
  mutating func append(_ elements: UnsafeBufferPointer<Element>) {
    guard let source = elements.baseAddress else { return }
    reserve(elements.count)
    (base + count).initialize(from: source, count: elements.count)
    count += elements.count
  }

  /// Keeps only so many elements from the start on.
  mutating func truncate(to count: Int) {
    assert(count <= self.count)
    self.count = count
  }
}

extension GrowingBuffer<UInt8> {
  /// Appends a scalar in UTF-8.
  @inline(__always)
  mutating func append(scalar: UInt32) {
    reserve(4)
    switch scalar {
    case 0..<0x80: appendReserved(UInt8(truncatingIfNeeded: scalar))
    case 0x80..<0x800:
      appendReserved(UInt8(truncatingIfNeeded: 0xC0 | scalar >> 6))
      appendReserved(UInt8(truncatingIfNeeded: 0x80 | scalar & 0x3F))
    case 0x800..<0x1_0000:
      appendReserved(UInt8(truncatingIfNeeded: 0xE0 | scalar >> 12))
      appendReserved(UInt8(truncatingIfNeeded: 0x80 | scalar >> 6 & 0x3F))
      appendReserved(UInt8(truncatingIfNeeded: 0x80 | scalar & 0x3F))
    default:
      appendReserved(UInt8(truncatingIfNeeded: 0xF0 | scalar >> 18))
      appendReserved(UInt8(truncatingIfNeeded: 0x80 | scalar >> 12 & 0x3F))
      appendReserved(UInt8(truncatingIfNeeded: 0x80 | scalar >> 6 & 0x3F))
      appendReserved(UInt8(truncatingIfNeeded: 0x80 | scalar & 0x3F))
    }
  }
}
