internal import LanguageModeling
public import Tokenization

extension Vocabulary {
  /// The vocabulary that a person means by a path: a vocabulary's file, or that of a model file or of a run's folder.
  ///
  /// - Throws: `DataError` when there is none, or it is damaged.
  public static func load(at path: String) throws(DataError) -> Vocabulary {
    let file = try file(at: path)
    return try isText(file) ? load(path: file) : ModelFile(path: file).vocabulary(from: file)
  }

  /// The file that such a path leads to.
  ///
  /// - Throws: `DataError` when there is none.
  public static func file(at path: String) throws(DataError) -> String {
    guard let kind = try FileSystem.kind(of: path) else {
      throw DataError(
        .noInput, "\(DataError.shown(path)) does not exist; give a vocabulary's file, a model file or a run's folder")
    }
    if kind == .regular, try isText(path) { return path }
    return try RunLocation.model(at: path)
  }

  /// Whether a file begins as JSON does, and not with the size of a model file's header.
  private static func isText(_ path: String) throws(DataError) -> Bool {
    unsafe try MappedFile(path: path).withUnsafeBytes { bytes in
      unsafe bytes.prefix(9).allSatisfy { $0 >= 0x20 || (0x09...0x0D).contains($0) }
    }
  }
}

extension ModelFile {
  /// The vocabulary that a model's file carries; `path` is the file's, for messages.
  ///
  /// - Throws: `DataError` when it has none, or one that is damaged or not of the model's size.
  func vocabulary(from path: String) throws(DataError) -> Vocabulary {
    guard let json = metadata["longhand.vocabulary"] else {
      throw DataError(
        .data, "\(DataError.shown(path)) has no vocabulary; give a model that `longhand train` wrote")
    }
    let vocabulary = try Vocabulary(json: json, from: DataError.shown(path))
    guard vocabulary.count == configuration.vocabularySize else {
      throw DataError(
        .data,
        "\(DataError.shown(path)) is a model of \(configuration.vocabularySize) tokens with a vocabulary of "
          + "\(vocabulary.count); it is damaged")
    }
    return vocabulary
  }
}
