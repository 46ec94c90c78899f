internal import TokenFiles
internal import Tokenization

/// Writes the tokens of texts to a token file and counts them.
///
/// - Parameters:
///   - inputs: the texts, one after another.
///   - vocabulary: the tokens, and how text becomes them.
///   - path: the file.
///   - invalidUTF8: what is done with bytes that are not UTF-8; nil keeps them where the vocabulary can spell bytes and
///     leaves text as it is, and refuses them elsewhere.
///   - threads: how many threads work; the file does not depend on it.
///   - observe: told after every piece how many bytes of the inputs have been read; what it throws ends the work.
/// - Throws: `DataError` when a text cannot be read or the file cannot be written; then no file is left.
public func tokenize(
  _ inputs: [CorpusInput], _ vocabulary: Vocabulary, to path: String, invalidUTF8: InvalidUTF8Policy? = nil,
  threads: Int = 1, observe: (_ bytesRead: Int) throws(DataError) -> Void = { _ in }
) throws(DataError) -> TextCounts {
  let encoder = try CorpusEncoder(vocabulary, inputs, invalidUTF8: invalidUTF8, threads: threads)
  var writer = try TokenFileWriter(
    replacing: path, vocabularySize: vocabulary.count, fingerprint: vocabulary.fingerprint)
  var ids: [TokenID] = []
  while try encoder.next(into: &ids) {
    try writer.append(ids)
    try observe(encoder.bytesRead)
  }
  try writer.commit()
  return encoder.counts
}

/// Hands on the text of a token file, piece by piece: the very bytes that the ids stand for.
///
/// - Throws: `DataError` when an id is not one of the vocabulary's, and what `receive` throws.
public func decode(_ file: TokenFile, _ vocabulary: Vocabulary, _ receive: ([UInt8]) throws -> Void) throws {
  var joiner = TokenJoiner(vocabulary: vocabulary)
  var ids: [TokenID] = []
  var text: [UInt8] = []
  for start in stride(from: 0, to: file.count, by: 1 << 16) {
    file.read(start..<min(start + 1 << 16, file.count), into: &ids)
    text.removeAll(keepingCapacity: true)
    for id in ids { try joiner.append(id, to: &text) }
    try receive(text)
  }
}
