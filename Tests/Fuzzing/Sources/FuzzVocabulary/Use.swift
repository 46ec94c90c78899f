import Interchange
import Fuzzing
import TokenFiles
import Tokenization

private let sample = "The café, 漢字 \u{1F600}\r\n ﬁ\u{345}\u{301}ΑΣ ไทย "

/// Does with a vocabulary one of the things that a program does, which its fingerprint chooses.
func use(_ vocabulary: Vocabulary) {
  switch vocabulary.fingerprint[0] % 4 {
  case 0:
    let json = vocabulary.json
    require((try? Vocabulary(json: json))?.json == json, "a vocabulary is read as it is written")
  case 1: require(!vocabulary.listing.isEmpty, "a vocabulary has a listing")
  case 2: require(!vocabulary.sentencePieceListing.isEmpty, "a vocabulary has a listing of scores")
  default: encode(with: vocabulary)
  }
}

/// Encodes and decodes a text that has the last tokens in it.
private func encode(with vocabulary: Vocabulary) {
  guard let tokenizer = try? vocabulary.makeTokenizer() else { return }
  let tokens = (0..<TokenID(vocabulary.count)).suffix(4).compactMap(vocabulary.bytes(of:)).joined()
  let text = sample + String(decoding: tokens, as: UTF8.self)
  guard let encoded = try? tokenizer.encode(prompt: text) else { return }
  require(encoded.ids.allSatisfy { $0 < vocabulary.count }, "ids are those of the vocabulary")
  guard let decoded = try? vocabulary.decode(encoded.ids) else {
    require(false, "what was encoded is decoded")
    return
  }
  let configuration = vocabulary.configuration
  if configuration.isLossless && encoded.unknown.isEmpty && configuration.documents.kind == .none {
    require(decoded == configuration.normalization.normalized(Array(text.utf8)), "nothing is lost")
  }
}
