/// Makes valid UTF-8 of bytes that come in pieces, wherever the pieces are cut.
public struct UTF8Decoder: Sendable {
  /// What is done with bytes that are not UTF-8.
  public let policy: InvalidUTF8Policy

  /// How many bytes have been taken in.
  public private(set) var offset = 0

  /// The start of a sequence whose end has not come: three bytes at most.
  private var pending: [UInt8] = []

  private let check = QuickCheck(.shared(form: .none, caseMapping: .keep), stopsAtReturns: false)

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
    guard !pending.isEmpty else { return }
    let sequence = pending
    pending = []
    try refuse(sequence, at: offset - sequence.count, into: &text)
  }

  /// Completes the sequence begun in earlier pieces and gives the index in this piece where the next one starts.
  private mutating func finishPending(
    with bytes: UnsafeBufferPointer<UInt8>, into text: inout [UInt8]
  ) throws(InvalidUTF8) -> Int {
    guard !pending.isEmpty, !bytes.isEmpty else { return 0 }
    let known = pending.count
    let joined = pending + bytes.prefix(3)
    switch joined.withUnsafeBufferPointer({ UTF8Sequence(in: $0, at: 0) }) {
    case .scalar(let length):
      text += joined[..<length]
      pending = []
      return length - known
    case .illFormed(let length):
      pending = []
      try refuse(joined[..<length], at: offset - known, into: &text)
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
    while index < bytes.count {
      let end = check.endOfUnchanged(in: bytes, from: index)
      text.append(contentsOf: bytes[index..<end])
      index = end
      guard index < bytes.count else { break }
      guard case .illFormed(let length) = UTF8Sequence(in: bytes, at: index) else {
        pending = Array(bytes[index...])
        break
      }
      try refuse(bytes[index..<index + length], at: offset + index, into: &text)
      index += length
    }
  }

  private func refuse(
    _ sequence: some Collection<UInt8>, at place: Int, into text: inout [UInt8]
  ) throws(InvalidUTF8) {
    switch policy {
    case .error: throw InvalidUTF8(offset: place, byte: sequence.first ?? 0)
    case .replace: text += [0xEF, 0xBF, 0xBD]
    case .bytes: text += sequence
    }
  }
}
