import DataFiles
import Tokenization

/// The tokens of a `tokenizer.json` by their ids: those of its model and those that were added.
struct HuggingFaceVocabulary {
  /// What tokens are called in the file.
  private(set) var keys: [String] = []
  /// The ids of added special tokens, which `tokenizers` finds in text before anything else.
  private(set) var special: Set<Int> = []

  /// Reads the tokens of a model and those that were added.
  ///
  /// - Throws: `DataError` when ids are not the numbers from 0 on, each of one token, or an added token is found in text
  ///   without being special.
  init(_ document: HuggingFaceDocument, model: HuggingFaceDocument.Part) throws(DataError) {
    let vocab = try model.required("vocab")
    guard let members = vocab.value.objectValue else { throw vocab.error("is no object") }
    let added = try document.root.elements("added_tokens")
    let known = members.count
    guard known < Int(UInt32.max) - 1024, added.count <= known + 65_536 else {
      throw vocab.error("has too many tokens, \(known)")
    }
    var names = [String?](repeating: nil, count: known + added.count)
    for member in members {
      guard let id = member.value.intValue, names.indices.contains(id) else {
        throw vocab.error(Self.badID(member.name, member.value))
      }
      guard names[id] == nil else {
        throw vocab.error("gives id \(id) twice, the second time to \"\(DataError.shown(member.name))\"")
      }
      names[id] = member.name
    }
    for part in added {
      try part.allow(["id", "content", "single_word", "lstrip", "rstrip", "normalized", "special"])
      let content = try part.string("content")
      guard let number = try part.required("id").value.intValue, names.indices.contains(number) else {
        throw part.error(Self.badID(content, part.value["id"] ?? .null))
      }
      guard names[number].map({ $0.utf8.elementsEqual(content.utf8) }) ?? true else {
        throw part.error("takes the id of another token, \(number)")
      }
      guard try part.bool("special", false) else {
        throw part.error(
          "is \"\(DataError.shown(content))\", which is found in text before it is divided, as Longhand does not do; "
            + "remove it, or make it special")
      }
      names[number] = content
      special.insert(number)
    }
    let count = (names.lastIndex { $0 != nil } ?? -1) + 1
    keys.reserveCapacity(count)
    for (id, name) in names.prefix(count).enumerated() {
      guard let name else { throw vocab.error("has no token with id \(id), though there are \(count)") }
      keys.append(name)
    }
  }

  private static func badID(_ name: String, _ id: JSONValue) -> String {
    let shown = id.intValue.map { String($0) } ?? "that is no integer"
    return "gives \"\(DataError.shown(name))\" the id \(shown); ids must be the numbers from 0 on, without a hole"
  }
}
