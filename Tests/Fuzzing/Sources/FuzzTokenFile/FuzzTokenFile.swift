import DataFiles
import Fuzzing
@testable import TokenFiles
@testable import Tokenization

private nonisolated(unsafe) let file = NamelessFile()
private let vocabulary = makeVocabulary()

/// Opens a token file, of which the first byte says what is repaired in the others.
///
/// One that is accepted is read and decoded, and refused with one bit changed.
@main
private enum FuzzTokenFile {
  static func main() { drive { fuzz($0, $1) } }
}

private func fuzz(_ data: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  guard count >= 1, let data else { return 0 }
  var bytes = Array(UnsafeBufferPointer(start: data + 1, count: count - 1))
  bytes.repair(Repairs(rawValue: data[0] & 0x0F))
  file.replace(by: bytes)
  guard let tokens = try? TokenFile(path: file.path) else { return 0 }
  let ids = readPlainly(bytes, width: tokens.width)
  require(ids.allSatisfy { Int($0) < tokens.vocabularySize }, "ids are those of the vocabulary")
  require(tokens.count == ids.count, "the ids fill the file")
  read(tokens, ids, seed: tokens.fingerprint)
  decode(ids.prefix(24))
  // Writing the file once more takes longer than all before.
  if ids.count % 4 == 0 { requireRefusal(of: bytes, seed: tokens.fingerprint) }
  return 0
}

/// The ids behind the header, byte by byte.
private func readPlainly(_ bytes: [UInt8], width: Int) -> [TokenID] {
  stride(from: TokenFileHeader.byteCount, to: bytes.count, by: width).map { start in
    bytes[start..<start + width].reversed().reduce(0) { $0 << 8 | TokenID($1) }
  }
}

/// Reads all, and ranges that the seed tells.
private func read(_ tokens: TokenFile, _ ids: [TokenID], seed: [UInt8]) {
  var found: [TokenID] = []
  tokens.read(0..<ids.count, into: &found)
  require(found == ids, "the ids are those of the bytes")
  let start = Int(seed[0]) % (ids.count + 1)
  let end = start + Int(seed[1]) % (ids.count - start + 1)
  tokens.read(start..<end, into: &found)
  require(found.elementsEqual(ids[start..<end]), "a range is a part of all")
  var lanes = [TokenID](repeating: .max, count: end - start + 3)
  tokens.read(start..<end, into: &lanes, at: 2)
  require(lanes == [.max, .max] + ids[start..<end] + [.max], "a range goes where it should")
}

/// Ids that the vocabulary has make the same text at once and one by one; others are refused.
private func decode(_ ids: some Collection<TokenID>) {
  let isKnown = ids.allSatisfy { $0 < vocabulary.count }
  guard let text = try? vocabulary.decode(Array(ids)), var decoder = try? StreamingDecoder(vocabulary: vocabulary)
  else {
    require(!isKnown, "ids of the vocabulary are decoded")
    return
  }
  require(isKnown, "ids beyond the vocabulary are refused")
  var pieces = ""
  for id in ids { pieces += (try? decoder.append(id)) ?? "" }
  pieces += decoder.finish()
  require(pieces.utf8.elementsEqual(String(decoding: text, as: UTF8.self).utf8), "pieces are the text")
}

private func requireRefusal(of bytes: [UInt8], seed: [UInt8]) {
  var damaged = bytes
  let bit = (Int(seed[2]) << 16 | Int(seed[3]) << 8 | Int(seed[4])) % (8 * bytes.count)
  damaged[bit / 8] ^= 1 << UInt8(bit % 8)
  file.replace(by: damaged)
  require((try? TokenFile(path: file.path)) == nil, "a changed bit is found")
}

/// Subwords of a few merges.
private func makeVocabulary() -> Vocabulary {
  do {
    var assembler = try VocabularyAssembler(configuration: TokenizerConfiguration(level: .bpe))
    for (left, right) in [("t", "h"), ("th", "e"), (" ", "the"), ("i", "n"), ("a", "n"), ("an", "d"), ("\u{E9}", "e")] {
      for byte in [left, right] where byte.utf8.count > 1 && assembler.id(of: Array(byte.utf8)) == nil {
        let bytes = Array(byte.utf8)
        _ = try assembler.append(mergeOf: [bytes[0]], [bytes[1]])
      }
      _ = try assembler.append(mergeOf: Array(left.utf8), Array(right.utf8))
    }
    return try assembler.build(isOrdered: true)
  } catch {
    fatalError("\(error)")
  }
}
