/// Makes normalized text of bytes, a piece at a time: validation, ends of lines, form and case in one pass.
///
/// Each piece stands by itself. The time is linear in its length, and once buffers have grown nothing is allocated. Most
/// text is normalized already and only checked; of the rest each stretch between two boundaries that fails the quick
/// check (UAX #15, section 9) is normalized.
public struct BlockNormalizer: ~Copyable {
  private let convertsLineEndings: Bool
  private let mapsCase: Bool
  private let policy: InvalidUTF8Policy
  private let check: QuickCheck
  private var stretches: StretchNormalizer
  private var output = GrowingBuffer<UInt8>(capacity: 1 << 12)

  /// The bytes that are not UTF-8 in the text of the last piece, ascending, under the policy `bytes`.
  public private(set) var illFormed: [Range<Int>] = []

  /// A normalizer, which is used by one thread.
  ///
  /// - Parameters:
  ///   - normalization: how the text is made uniform.
  ///   - invalidUTF8: what is done with bytes that are not UTF-8.
  public init(_ normalization: TextNormalization, invalidUTF8: InvalidUTF8Policy = .error) {
    let table = NormalizationTable.shared(form: normalization.form, caseMapping: normalization.caseMapping)
    convertsLineEndings = normalization.lineEndings == .lf
    mapsCase = normalization.caseMapping != .keep || normalization.form == .nfkcCasefold
    policy = invalidUTF8
    check = QuickCheck(table, stopsAtReturns: convertsLineEndings)
    stretches = StretchNormalizer(table)
  }

  /// Normalizes a piece that stands by itself and does not end within a character, unless the text does.
  ///
  /// - Parameters:
  ///   - piece: any bytes.
  ///   - text: replaced by the normalized text, or emptied where that is the piece as it is.
  /// - Returns: whether the normalized text stands in `text`.
  /// - Throws: with policy `error`, the place of the first ill-formed sequence in the piece.
  public mutating func normalize(_ piece: Span<UInt8>, into text: inout [UInt8]) throws(InvalidUTF8) -> Bool {
    text.removeAll(keepingCapacity: true)
    output.truncate(to: 0)
    illFormed.removeAll(keepingCapacity: true)
    let isWritten = try piece.withUnsafeBufferPointer { bytes throws(InvalidUTF8) in try normalize(bytes) }
    if isWritten { text.append(contentsOf: UnsafeBufferPointer(output.elements)) }
    return isWritten
  }

  private mutating func normalize(_ bytes: UnsafeBufferPointer<UInt8>) throws(InvalidUTF8) -> Bool {
    // What stands before `copied` is in the output; what stands from the boundary `start` up to `index` is unchanged.
    var copied = 0
    var start = 0
    var index = check.endOfUnchanged(in: bytes, from: 0)
    while index < bytes.count {
      if bytes[index] == 0x0D {
        copy(bytes, copied..<index)
        repeat {
          output.append(0x0A)
          index += index + 1 < bytes.count && bytes[index + 1] == 0x0A ? 2 : 1
        } while index < bytes.count && bytes[index] == 0x0D
        copied = index
      } else if bytes.scalar(at: index) != nil {
        let boundary = check.startOfStretch(in: bytes, before: index, from: start)
        copy(bytes, copied..<boundary)
        index = stretches.append(from: bytes, at: boundary, to: &output)
        copied = index
      } else {
        let length = UTF8Sequence.lengthOfIllFormed(in: bytes, at: index)
        switch policy {
        case .error: throw InvalidUTF8(offset: index, byte: bytes[index])
        case .replace:
          copy(bytes, copied..<index)
          output.append(scalar: 0xFFFD)
          copied = index + length
        case .bytes:
          noteIllFormed(length, at: output.count + index - copied)
        }
        index += length
      }
      start = index
      index = check.endOfUnchanged(in: bytes, from: index)
    }
    guard copied > 0 || mapsCase else { return false }
    copy(bytes, copied..<bytes.count)
    return true
  }

  /// Appends what passed the check; letters of ASCII, which always pass it, are put into lower case here.
  private mutating func copy(_ bytes: UnsafeBufferPointer<UInt8>, _ range: Range<Int>) {
    let start = output.count
    output.append(UnsafeBufferPointer(rebasing: bytes[range]))
    guard mapsCase else { return }
    let copied = output.elements
    for index in start..<copied.count { copied[index] |= copied[index] &- 0x41 < 26 ? 0x20 : 0 }
  }

  private mutating func noteIllFormed(_ count: Int, at place: Int) {
    if let last = illFormed.last, last.upperBound == place {
      illFormed[illFormed.count - 1] = last.lowerBound..<place + count
    } else {
      illFormed.append(place..<place + count)
    }
  }
}
