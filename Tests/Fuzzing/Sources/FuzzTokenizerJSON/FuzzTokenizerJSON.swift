import DataFiles
@testable import Interchange
import Fuzzing
import TokenFiles
@testable import Tokenization

/// Reads the input as a tokenizer.json of Hugging Face's, and uses what is accepted.
///
/// The byte 1, which no JSON holds, and a letter stand for long texts.
@main
private enum FuzzTokenizerJSON {
  static func main() { drive { fuzz($0, $1) } }
}

private func fuzz(_ data: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  let input = UnsafeRawBufferPointer(start: data, count: count)
  if input.contains(1) {
    expanded(input).withUnsafeBytes { read($0) }
  } else {
    read(input)
  }
  return 0
}

private func read(_ input: UnsafeRawBufferPointer) {
  guard let imported = try? HuggingFaceImport(parsing: input, from: "input", dropsUnused: true) else {
    return
  }
  let vocabulary = imported.vocabulary
  requireAllTokens(imported)
  // One law for each input, which its tokens choose: all of them together take long.
  switch vocabulary.fingerprint[0] % 4 {
  case 0: compareStrict(with: imported, input)
  case 1: require((try? Vocabulary(json: vocabulary.json))?.json == vocabulary.json, "it is read as it is written")
  case 2: exportAndImport(vocabulary)
  default: requireLossless(vocabulary)
  }
}

/// Every token but the special ones is one of the file's, and none is two of them.
private func requireAllTokens(_ imported: HuggingFaceImport) {
  var uses = [Int](repeating: 0, count: imported.vocabulary.count)
  for case let id? in imported.ids { uses[Int(id)] += 1 }
  for (id, uses) in uses.enumerated() {
    let isSpecial = imported.vocabulary.isSpecial(TokenID(id))
    require(uses == 1 || uses == 0 && isSpecial, "each token stands in the file once")
  }
}

/// Reads the input without leaving tokens out.
private func compareStrict(with lenient: HuggingFaceImport, _ input: UnsafeRawBufferPointer) {
  guard let strict = try? HuggingFaceImport(parsing: input, from: "input") else {
    require(lenient.ids.contains(nil), "what is refused has tokens to drop")
    return
  }
  require(strict.vocabulary.fingerprint == lenient.vocabulary.fingerprint, "what drops nothing changes nothing")
  require(strict.ids == lenient.ids && !strict.ids.contains(nil), "no id is lost or changed")
}

/// Exports a vocabulary and takes it in again.
private func exportAndImport(_ vocabulary: Vocabulary) {
  guard let exported = try? HuggingFaceExport(vocabulary) else {
    require(false, "what was imported can be exported")
    return
  }
  let text = Array(exported.document.serialized().utf8)
  guard let again = text.withUnsafeBytes({ try? HuggingFaceImport(parsing: $0, from: "export") }) else {
    require(false, "what was exported can be imported")
    return
  }
  require(again.keepsIDs, "the ids of an export stay")
  for id in 0..<TokenID(vocabulary.count) {
    require(again.vocabulary.bytes(of: id) == vocabulary.bytes(of: id), "the tokens of an export stay")
  }
  require(encode(with: vocabulary) == encode(with: again.vocabulary), "an export makes the same tokens")
}

private func encode(with vocabulary: Vocabulary) -> EncodedText {
  guard let tokenizer = try? vocabulary.makeTokenizer(), let encoded = try? tokenizer.encode(prompt: sample) else {
    fatalError("text is not encoded")
  }
  return encoded
}

private func requireLossless(_ vocabulary: Vocabulary) {
  let encoded = encode(with: vocabulary)
  guard let decoded = try? vocabulary.decode(encoded.ids) else {
    require(false, "what was encoded is decoded")
    return
  }
  let configuration = vocabulary.configuration
  if configuration.isLossless && encoded.unknown.isEmpty {
    require(decoded == configuration.normalization.normalized(Array(sample.utf8)), "nothing is lost")
  }
}

private let sample = "The café, 漢字 \u{1F600}\r\n ﬁ\u{345}\u{301}ΑΣ <0x41> \u{2581}a"
