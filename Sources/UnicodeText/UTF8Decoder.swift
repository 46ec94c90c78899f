/// Makes valid UTF-8 of bytes that come in pieces, wherever the pieces are cut.
public struct UTF8Decoder: Sendable {
  /// What is done with bytes that are not UTF-8.
  public let policy: InvalidUTF8Policy

  /// How many bytes have been taken in.
  public private(set) var offset = 0

  /// The start of a sequence whose end has not come: three bytes at most.
  private var pending: [UInt8] = []

  private static let replacement: [UInt8] = [0xEF, 0xBF, 0xBD]

  /// A decoder at the start of a text.
  public init(policy: InvalidUTF8Policy) {
    self.policy = policy
  }

  /// Takes the next piece and appends the whole scalars that are there by now.
  ///
  /// - Throws: with policy `error`, the place of the first ill-formed sequence; what stood before it is appended.
  public mutating func append(_ piece: [UInt8], to text: inout [UInt8]) throws(InvalidUTF8) {
    try piece.withUnsafeBufferPointer { (bytes) throws(InvalidUTF8) in
      let start = try finishPending(with: bytes, into: &text)
      try decode(bytes, from: start, into: &text)
      offset += bytes.count
    }
  }

  /// Ends the text: a sequence that is still incomplete is ill-formed.
  public mutating func finish(into text: inout [UInt8]) throws(InvalidUTF8) {
    guard let lead = pending.first else { return }
    let start = offset - pending.count
    pending = []
    try refuse(lead, at: start, into: &text)
  }

  /// Counts bytes that are taken in elsewhere, without a look at them.
  mutating func skip(_ count: Int) {
    offset += count
  }

  /// Completes the sequence begun in earlier pieces and gives the index in this piece where the next one starts.
  private mutating func finishPending(
    with bytes: UnsafeBufferPointer<UInt8>, into text: inout [UInt8]
  ) throws(InvalidUTF8) -> Int {
    guard let lead = pending.first, !bytes.isEmpty else { return 0 }
    let known = pending.count
    let joined = pending + bytes.prefix(3)
    switch joined.withUnsafeBufferPointer({ UTF8Sequence(in: $0, at: 0) }) {
    case .scalar(let length):
      text += joined[..<length]
      pending = []
      return length - known
    case .illFormed(let length):
      pending = []
      try refuse(lead, at: offset - known, into: &text)
      return length - known
    case .incomplete:
      pending = joined
      return bytes.count
    }
  }

  private mutating func decode(
    _ bytes: UnsafeBufferPointer<UInt8>, from start: Int, into text: inout [UInt8]
  ) throws(InvalidUTF8) {
    var index = start
    var copied = start
    while index < bytes.count {
      index = bytes.endOfASCII(from: index)
      guard index < bytes.count else { break }
      switch UTF8Sequence(in: bytes, at: index) {
      case .scalar(let length): index += length
      case .illFormed(let length):
        text.append(contentsOf: bytes[copied..<index])
        try refuse(bytes[index], at: offset + index, into: &text)
        index += length
        copied = index
      case .incomplete:
        text.append(contentsOf: bytes[copied..<index])
        pending = Array(bytes[index...])
        return
      }
    }
    text.append(contentsOf: bytes[copied..<index])
  }

  private func refuse(_ byte: UInt8, at place: Int, into text: inout [UInt8]) throws(InvalidUTF8) {
    guard policy == .replace else { throw InvalidUTF8(offset: place, byte: byte) }
    text += Self.replacement
  }
}
