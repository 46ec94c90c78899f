import DataFiles
import Interchange
import Fuzzing
@testable import Tokenization
import UnicodeText

/// Reads the input as a vocabulary or as a list of tokens, and uses what is accepted.
///
/// What begins with a bracket is a vocabulary, in which a fingerprint "0" stands for the right one, and the bytes 1 and 2
/// for long rows of numbers; all else is a list, whose first two bytes choose how it is read.
@main
private enum FuzzVocabulary {
  static func main() { drive { fuzz($0, $1) } }
}

private func fuzz(_ data: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  guard count >= 2, let data else { return 0 }
  let bytes = UnsafeRawBufferPointer(start: data, count: count)
  if bytes[0] == UInt8(ascii: "{") {
    if let vocabulary = expanded(bytes).withUnsafeBytes(readDocument) { use(vocabulary) }
  } else {
    let list = UnsafeRawBufferPointer(rebasing: bytes[2...])
    let configuration = configurations[Int(bytes[0]) % configurations.count]
    let maximumSize = bytes[1] & 7
    let vocabulary = try? TokenCountList.vocabulary(
      parsing: list, from: "list", configuration: configuration, minimumCount: Int(bytes[1] >> 3) + 1,
      maximumSize: maximumSize == 0 ? nil : Int(maximumSize) << 5)
    if let vocabulary { use(vocabulary) }
  }
  return 0
}

/// The input with 256 zeros for each byte 1, and the numbers of all bytes for each byte 2, which no JSON holds.
private func expanded(_ input: UnsafeRawBufferPointer) -> [UInt8] {
  var result: [UInt8] = []
  for byte in input {
    switch byte {
    case 1: result += zeros
    case 2: result += numbers
    default: result.append(byte)
    }
  }
  return result
}

private let zeros = Array(repeatElement("0", count: 256).joined(separator: ",").utf8)
private let numbers = Array((0..<256).map { String($0) }.joined(separator: ",").utf8)

/// The vocabulary of JSON text, first as bytes, as a file is read.
private func readDocument(_ bytes: UnsafeRawBufferPointer) -> Vocabulary? {
  guard let document = try? JSONValue(parsing: bytes, from: "input", maximumDepth: 4) else { return nil }
  var text = Array(bytes)
  if document["fingerprint"] == .string("0") {
    let reader = VocabularyDocument(document, source: "input")
    guard let configuration = try? reader.configuration(), let tokens = try? reader.tokens(of: configuration) else {
      return nil
    }
    let fingerprint = Vocabulary.fingerprint(configuration: configuration, table: tokens.0, merges: tokens.1)
    text.replaceFirst(
      Array(#""fingerprint":"0""#.utf8), by: Array(#""fingerprint":"\#(SHA256.hex(fingerprint))""#.utf8))
  }
  return try? Vocabulary(json: String(decoding: text, as: UTF8.self), from: "input")
}

/// Every level with settings of its kind; words, for which ICU is slow to open, once.
private let configurations: [TokenizerConfiguration] = {
  var all = [try? TokenizerConfiguration(level: .word, unknown: .bytes)]
  for level in TokenizerLevel.allCases where level != .word {
    for normalization in [
      TextNormalization.unchanged, TextNormalization(), TextNormalization(form: .nfkd, caseMapping: .lower),
      TextNormalization(form: .nfkcCasefold),
    ] {
      for (isLossless, unknown) in [(true, UnknownPolicy.symbol), (true, .bytes), (false, .symbol)] {
        all.append(
          try? TokenizerConfiguration(
            level: level, normalization: normalization, isLossless: isLossless, unknown: unknown))
      }
    }
  }
  return all.compactMap { $0 }
}()

extension [UInt8] {
  fileprivate mutating func replaceFirst(_ old: [UInt8], by new: [UInt8]) {
    guard let place = firstRange(of: old) else { return }
    replaceSubrange(place, with: new)
  }

  private func firstRange(of part: [UInt8]) -> Range<Int>? {
    guard count >= part.count else { return nil }
    for start in 0...count - part.count where self[start] == part[0] {
      if self[start..<start + part.count].elementsEqual(part) { return start..<start + part.count }
    }
    return nil
  }
}
