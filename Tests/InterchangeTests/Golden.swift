import DataFiles
import Foundation
import TokenFiles
import Testing
import Tokenization
import UnicodeText

/// A `tokenizer.json`, and the ids that `tokenizers` makes of texts with it.
struct Golden: Sendable, CustomTestStringConvertible {
  let name: String

  var testDescription: String { name }

  private static let folder = Bundle.module.bundleURL.appendingPathComponent("Fixtures")

  private static let facts: JSONValue = {
    let bytes = (try? Data(contentsOf: folder.appendingPathComponent("ids.json"))) ?? Data()
    return (try? JSONValue(parsing: Array(bytes))) ?? .null
  }()

  /// Every file there is.
  static let all = (facts["ids"]?.objectValue ?? []).map { Golden(name: $0.name) }

  /// What the exported ones were made of.
  static let sample = facts["sample"]?.stringValue ?? ""

  static let texts = (facts["texts"]?.arrayValue ?? []).compactMap(\.stringValue)

  /// The ids of each text.
  var ids: [[Int]] {
    (Self.facts["ids"]?[name]?.arrayValue ?? []).map { $0.arrayValue?.compactMap(\.intValue) ?? [] }
  }

  var path: String { Self.folder.appendingPathComponent(name + ".json").path }

  func bytes() throws -> [UInt8] { Array(try Data(contentsOf: URL(fileURLWithPath: path))) }
}

/// The ids of a whole text.
func ids(of text: String, _ vocabulary: Vocabulary) throws -> [TokenID] {
  let encoder = try CorpusEncoder(vocabulary, [.bytes(Array(text.utf8), name: "text")])
  var (ids, piece) = ([TokenID](), [TokenID]())
  while try encoder.next(into: &piece) { ids += piece }
  return ids
}
