/// What stands at one place of bytes that should be UTF-8 (Unicode 15.0, table 3-7).
enum UTF8Sequence: Equatable {
  /// A scalar of so many bytes.
  case scalar(Int)
  /// A maximal subpart of an ill-formed sequence, of so many bytes.
  case illFormed(Int)
  /// The bytes end before the sequence does.
  case incomplete

  /// How many bytes there are without a sequence at the end that is incomplete.
  static func wholeCount(in bytes: UnsafeBufferPointer<UInt8>) -> Int {
    for length in 1...3 where length <= bytes.count {
      let start = bytes.count - length
      if bytes[start] & 0xC0 == 0x80 { continue }  // the lead is before it
      return UTF8Sequence(in: bytes, at: start) == .incomplete ? start : bytes.count
    }
    return bytes.count
  }

  /// Looks at the sequence that starts at an index below the count.
  @inline(__always)
  init(in bytes: UnsafeBufferPointer<UInt8>, at start: Int) {
    let lead = bytes[start]
    guard lead >= 0x80 else {
      self = .scalar(1)
      return
    }
    let length: Int
    var lowest: UInt8 = 0x80
    var highest: UInt8 = 0xBF
    switch lead {
    case 0xC2...0xDF: length = 2
    case 0xE0...0xEF:
      length = 3
      if lead == 0xE0 { lowest = 0xA0 }
      if lead == 0xED { highest = 0x9F }
    case 0xF0...0xF4:
      length = 4
      if lead == 0xF0 { lowest = 0x90 }
      if lead == 0xF4 { highest = 0x8F }
    default:
      self = .illFormed(1)
      return
    }
    for place in 1..<length {
      guard start + place < bytes.count else {
        self = .incomplete
        return
      }
      let byte = bytes[start + place]
      guard byte >= lowest && byte <= highest else {
        self = .illFormed(place)
        return
      }
      lowest = 0x80
      highest = 0xBF
    }
    self = .scalar(length)
  }

  /// The length of the maximal subpart of an ill-formed sequence that starts at an index.
  static func lengthOfIllFormed(in bytes: UnsafeBufferPointer<UInt8>, at start: Int) -> Int {
    switch UTF8Sequence(in: bytes, at: start) {
    case .scalar(let length), .illFormed(let length): length
    case .incomplete: bytes.count - start
    }
  }
}
