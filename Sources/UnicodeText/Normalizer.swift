import CText

/// Brings valid UTF-8 into a normalization form and lower case, in time that is linear in its length.
///
/// Most text is normalized already and is copied: ASCII eight bytes at a time, the rest after a quick check by ICU's
/// data (UAX #15, section 9). Only the stretch between two boundaries that fails the check is decomposed by utf8proc's
/// data, lower-cased, put into canonical order and composed again.
struct Normalizer {
  private let form: NormalizationForm
  private let lowercase: Bool
  private let traits: NormalizationTraits
  private var stretch: StretchNormalizer

  init(form: NormalizationForm, lowercase: Bool) {
    self.form = form
    self.lowercase = lowercase
    traits = NormalizationTraits(form: form.code, lowercase: lowercase)
    stretch = StretchNormalizer(form: form, lowercase: lowercase)
  }

  /// Appends the normalized form of a part of a text, normalized by itself, whatever stands around it.
  mutating func append(_ text: [UInt8], _ range: Range<Int>, to output: inout [UInt8]) {
    guard form != .none || lowercase else {
      output.append(contentsOf: text[range])
      return
    }
    text.withUnsafeBufferPointer { append(UnsafeBufferPointer(rebasing: $0[range]), to: &output) }
  }

  private mutating func append(_ bytes: UnsafeBufferPointer<UInt8>, to output: inout [UInt8]) {
    var copied = 0
    var index = 0
    // Where the stretch under examination starts: the last boundary.
    var boundary = 0
    var lastClass: UInt8 = 0
    while index < bytes.count {
      let endOfASCII = bytes.endOfASCII(from: index)
      if endOfASCII > index {
        boundary = endOfASCII - 1
        lastClass = 0
        index = endOfASCII
        guard index < bytes.count else { break }
      }
      let start = index
      let trait = traits[bytes.nextScalar(&index)]
      if trait.isBoundary { boundary = start }
      let isOrdered = trait.combiningClass == 0 || trait.combiningClass >= lastClass
      lastClass = trait.combiningClass
      guard trait.changes || !isOrdered else { continue }
      copy(bytes, copied..<boundary, to: &output)
      index = endOfStretch(in: bytes, from: index)
      stretch.append(bytes, boundary..<index, to: &output)
      copied = index
      boundary = index
      lastClass = 0
    }
    copy(bytes, copied..<bytes.count, to: &output)
  }

  /// The index of the next boundary, or the count.
  private func endOfStretch(in bytes: UnsafeBufferPointer<UInt8>, from start: Int) -> Int {
    var index = start
    while index < bytes.count {
      var next = index
      if traits[bytes.nextScalar(&next)].isBoundary { return index }
      index = next
    }
    return index
  }

  /// Copies what passed the check; letters of ASCII, which always pass it, are folded here.
  private func copy(_ bytes: UnsafeBufferPointer<UInt8>, _ range: Range<Int>, to output: inout [UInt8]) {
    let start = output.count
    output.append(contentsOf: bytes[range])
    guard lowercase || form == .nfkcCasefold else { return }
    output.withUnsafeMutableBufferPointer { copied in
      for index in start..<copied.count where copied[index] &- 0x41 < 26 { copied[index] |= 0x20 }
    }
  }
}
