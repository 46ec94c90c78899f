import Fuzzing
@testable import UnicodeText

/// One way to normalize by `BlockNormalizer`, and the same without its quick check.
final class NormalizationLaws {
  private let normalization: TextNormalization
  private let policy: InvalidUTF8Policy
  private var normalizer: BlockNormalizer
  private var plain: StretchNormalizer
  /// What the plain way made of the last text.
  private var plainText = GrowingBuffer<UInt8>(capacity: 1 << 12)

  /// Whether ill-formed bytes of the last text were kept; around them a form may take out what parted them.
  private(set) var keepsBytes = false

  init(_ normalization: TextNormalization, invalidUTF8 policy: InvalidUTF8Policy) {
    self.normalization = normalization
    self.policy = policy
    normalizer = BlockNormalizer(normalization, invalidUTF8: policy)
    plain = StretchNormalizer(.shared(form: normalization.form, caseMapping: normalization.caseMapping))
  }

  /// The normalized text, which is that of the plain way; nil where the policy refuses it.
  func normalize(_ text: UnsafeBufferPointer<UInt8>) -> [UInt8]? {
    let runs = UTF8Runs(text)
    keepsBytes = policy == .bytes && runs.firstIllFormed != nil
    do throws(InvalidUTF8) {
      let (normalized, illFormed) = try fast(text.span)
      require(runs.firstIllFormed == nil || policy != .error, "ill-formed text is refused")
      let expectedIllFormed = normalizePlainly(text, runs)
      require(normalized.elementsEqual(plainText.elements), "the quick check changes nothing")
      require(illFormed == expectedIllFormed, "ill-formed bytes are where they are")
      return normalized
    } catch {
      require(policy == .error && error.offset == runs.firstIllFormed, "the first ill-formed byte is refused")
      require(error.byte == text[error.offset], "the byte is the one at its place")
      return nil
    }
  }

  /// Whether normalizing what is UTF-8 changes nothing.
  func keeps(_ text: [UInt8]) -> Bool { (try? fast(text.span).text) == text }

  private func fast(_ text: Span<UInt8>) throws(InvalidUTF8) -> (text: [UInt8], illFormed: [Range<Int>]) {
    var result: [UInt8] = []
    let isWritten = try normalizer.normalize(text, into: &result)
    require(isWritten || result.isEmpty, "what is not written is empty")
    return (isWritten ? result : text.withUnsafeBufferPointer { Array($0) }, normalizer.illFormed)
  }

  /// Decomposes, orders and composes every stretch into `plainText`, and gives the places of ill-formed bytes there.
  private func normalizePlainly(_ text: UnsafeBufferPointer<UInt8>, _ runs: UTF8Runs) -> [Range<Int>] {
    var illFormed: [Range<Int>] = []
    plainText.truncate(to: 0)
    for run in runs.all {
      let bytes = UnsafeBufferPointer(rebasing: text[run.range])
      if run.isValid {
        if normalization.lineEndings == .lf && bytes.contains(0x0D) {
          Self.withLineFeeds(bytes).withUnsafeBufferPointer { appendPlainly($0) }
        } else {
          appendPlainly(bytes)
        }
      } else if policy == .replace {
        plainText.append(scalar: 0xFFFD)
      } else {
        let start = plainText.count
        plainText.append(bytes)
        if let last = illFormed.last, last.upperBound == start {
          illFormed[illFormed.count - 1] = last.lowerBound..<plainText.count
        } else {
          illFormed.append(start..<plainText.count)
        }
      }
    }
    return illFormed
  }

  private func appendPlainly(_ text: UnsafeBufferPointer<UInt8>) {
    var index = 0
    while index < text.count { index = plain.append(from: text, at: index, to: &plainText) }
  }

  private static func withLineFeeds(_ text: UnsafeBufferPointer<UInt8>) -> [UInt8] {
    var result: [UInt8] = []
    for (index, byte) in text.enumerated() {
      if byte == 0x0A && index > 0 && text[index - 1] == 0x0D { continue }
      result.append(byte == 0x0D ? 0x0A : byte)
    }
    return result
  }

  /// Reads the text in pieces of a size, as a corpus, and joins what becomes of the pieces that are cut from it.
  func cut(
    _ text: UnsafeBufferPointer<UInt8>, pieceSize: Int, giving whole: [UInt8], _ segmentation: SegmentationLaws?
  ) {
    if text.isEmpty { return }
    var reader = CorpusReader([.bytes(Array(text), name: "text")], pieceSize: pieceSize)
    var piece = CorpusPiece()
    var joined: [UInt8] = []
    segmentation?.beginPieces()
    do {
      while try reader.next(into: &piece) {
        let (part, _) = try fast(piece.bytes.span)
        segmentation?.append(part, at: joined.count)
        joined += part
      }
    } catch {
      require(false, "a text that is taken whole is taken in pieces")
    }
    require(joined == whole, "a cut changes nothing")
    segmentation?.endPieces()
  }
}

/// A text's runs of valid UTF-8 and its ill-formed sequences, by the standard library's parser.
private struct UTF8Runs {
  private(set) var all: [(range: Range<Int>, isValid: Bool)] = []
  private(set) var firstIllFormed: Int?

  init(_ text: UnsafeBufferPointer<UInt8>) {
    var parser = Unicode.UTF8.ForwardParser()
    var bytes = text.makeIterator()
    var start = 0
    var end = 0
    while true {
      switch parser.parseScalar(from: &bytes) {
      case .valid(let scalar):
        end += scalar.count
        continue
      case .error(let length):
        if start < end { all.append((start..<end, true)) }
        all.append((end..<end + length, false))
        firstIllFormed = firstIllFormed ?? end
        end += length
        start = end
      case .emptyInput:
        if start < end { all.append((start..<end, true)) }
        return
      }
    }
  }
}
