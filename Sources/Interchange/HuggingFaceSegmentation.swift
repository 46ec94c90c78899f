import DataFiles
import Tokenization

/// How a level divides text, and how its tokens are joined, in the terms of `tokenizers`.
struct HuggingFaceSegmentation {
  /// What looks tokens up.
  enum Lookup {
    /// A whole segment or the unknown token.
    case wordLevel
    /// Scalars, by byte-pair encoding without merges.
    case scalars
    /// Bytes in `ByteAlphabet`, with or without merges.
    case bytes
    /// A whole segment, behind a sign, or its bytes; all in `ByteAlphabet`.
    case segmentsOrBytes
  }

  /// What stands before a whole segment, in no alphabet of bytes, to tell it from a byte that spells.
  static let segmentSign = "\u{2581}"

  let lookup: Lookup
  let preTokenizers: [JSONValue]
  let decoders: [JSONValue]

  /// Nil for words, which no regular expression divides as ICU does.
  init?(_ configuration: TokenizerConfiguration) {
    let pattern: String
    switch configuration.level {
    case .byte:
      lookup = .bytes
      preTokenizers = [HuggingFaceComponent.byteLevel]
      decoders = [HuggingFaceComponent.byteLevel]
      return
    case .bpe:
      lookup = .bytes
      preTokenizers = [HuggingFaceComponent.split(SegmentationPattern.pretokens), HuggingFaceComponent.byteLevel]
      decoders = [HuggingFaceComponent.byteLevel]
      return
    case .character:
      lookup = .scalars
      preTokenizers = []
      let fuse = HuggingFaceComponent.of("Fuse")
      decoders = configuration.unknown == .bytes ? [HuggingFaceComponent.of("ByteFallback"), fuse] : [fuse]
      return
    case .word: return nil
    case .grapheme: pattern = SegmentationPattern.graphemes
    case .whitespace where !configuration.isLossless:
      lookup = .wordLevel
      preTokenizers = [HuggingFaceComponent.split(SegmentationPattern.literatureTokens, keepsMatchesOnly: true)]
      decoders = [
        HuggingFaceComponent.replace(pattern: #"^(?=[^\n])"#, by: " "), HuggingFaceComponent.of("Fuse"),
        HuggingFaceComponent.replace(pattern: #"(?<=\n) |\A "#, by: ""),
      ]
      return
    case .whitespace: pattern = SegmentationPattern.whitespaceRuns
    }
    let split = HuggingFaceComponent.split(pattern)
    if configuration.unknown == .bytes {
      lookup = .segmentsOrBytes
      preTokenizers = [split, HuggingFaceComponent.byteLevel, HuggingFaceComponent.prepend(Self.segmentSign)]
      decoders = [HuggingFaceComponent.replace(Self.segmentSign, by: ""), HuggingFaceComponent.byteLevel]
    } else {
      lookup = .wordLevel
      preTokenizers = [split]
      decoders = [HuggingFaceComponent.of("Fuse")]
    }
  }
}
