import Fuzzing
@testable import UnicodeText

/// The segmenters beside plainer ways to find the same segments.
final class SegmentationLaws {
  private let words = SegmentationLaws.words(runsRules: true)
  private let wordsByICU = SegmentationLaws.words(runsRules: false)
  private let segmenters: [any Segmenter]
  /// The ends that each segmenter found in the last whole text.
  private var ends: [[Int]]
  /// The ends that it found in the pieces of that text.
  private var endsInPieces: [[Int]]
  private var plainEnds: [Int] = []
  private var kinds: [WordSegmenter.Kind] = []
  private var plainKinds: [WordSegmenter.Kind] = []

  init() {
    segmenters = [GraphemeSegmenter(), words, PretokenSegmenter(), WhitespaceSegmenter(), ScalarSegmenter()]
    ends = segmenters.map { _ in [] }
    endsInPieces = ends
  }

  private static func words(runsRules: Bool) -> WordSegmenter {
    guard let words = try? WordSegmenter(locale: "root", runsRules: runsRules) else {
      fatalError("ICU has no word rules")
    }
    return words
  }

  /// Divides bytes that need not be UTF-8, of which nothing is promised but that no others are read.
  func divideAnyBytes(_ text: UnsafeBufferPointer<UInt8>) {
    for segmenter in segmenters {
      var segmenter = segmenter
      plainEnds.removeAll(keepingCapacity: true)
      segmenter.append(text.span, to: &plainEnds)
    }
  }

  /// Divides UTF-8.
  func divide(_ text: [UInt8]) {
    for index in segmenters.indices {
      var segmenter = segmenters[index]
      ends[index].removeAll(keepingCapacity: true)
      segmenter.append(text.span, to: &ends[index])
      var last = 0
      for end in ends[index] {
        require(end > last, "segments are not empty")
        last = end
      }
      require(last == text.count, "segments are the text")
    }
    requirePlain(ends[0], "graphemes by the states, scalar by scalar") { Self.appendGraphemes(of: text, to: &$0) }
    requirePlain(ends[2], "each pretoken is one by itself") { appendPretokens(of: text, to: &$0) }
    kinds.removeAll(keepingCapacity: true)
    plainKinds.removeAll(keepingCapacity: true)
    requirePlain(ends[1], "kinds change no word") { words.append(text, to: &$0, &kinds) }
    requirePlain(ends[1], "words are ICU's") { wordsByICU.append(text, to: &$0, &plainKinds) }
    require(kinds == plainKinds, "words are of ICU's kinds")
  }

  private func requirePlain(_ ends: [Int], _ law: StaticString, _ append: (inout [Int]) -> Void) {
    plainEnds.removeAll(keepingCapacity: true)
    append(&plainEnds)
    require(ends == plainEnds, law)
  }

  private static func appendGraphemes(of text: [UInt8], to ends: inout [Int]) {
    var state = GraphemeBreaks.State.start.rawValue
    var index = 0
    for scalar in String(decoding: text, as: UTF8.self).unicodeScalars {
      let transition = GraphemeBreaks.shared.transition(state, then: scalar.value)
      if transition & GraphemeBreaks.breaks != 0 { ends.append(index) }
      state = transition & ~GraphemeBreaks.breaks
      index += UTF8.width(scalar)
    }
    if index > 0 { ends.append(index) }
  }

  /// Divides each segment by itself.
  private func appendPretokens(of text: [UInt8], to ends: inout [Int]) {
    var start = 0
    for end in self.ends[2] {
      var segmenter = PretokenSegmenter()
      segmenter.append(text.span.extracting(start..<end), at: start, to: &ends)
      start = end
    }
  }

  func beginPieces() {
    for index in endsInPieces.indices { endsInPieces[index].removeAll(keepingCapacity: true) }
  }

  /// Divides the next piece of a text, at an offset in it.
  func append(_ piece: [UInt8], at offset: Int) {
    for index in segmenters.indices {
      var segmenter = segmenters[index]
      segmenter.append(piece.span, at: offset, to: &endsInPieces[index])
    }
  }

  func endPieces() { require(endsInPieces == ends, "a cut changes no segment") }
}

extension Segmenter {
  /// Appends the end of each segment of a text that stands at an offset.
  fileprivate mutating func append(_ text: Span<UInt8>, at offset: Int = 0, to ends: inout [Int]) {
    divide(text) { batch in
      for index in batch.indices { ends.append(offset + batch[index]) }
    }
  }
}

extension WordSegmenter {
  /// Appends the end of each segment, and what it is.
  fileprivate func append(_ text: [UInt8], to ends: inout [Int], _ kinds: inout [Kind]) {
    divide(text.span) { batch, statuses in
      for index in batch.indices {
        ends.append(batch[index])
        kinds.append(Kind(status: statuses[index]))
      }
    }
  }
}
