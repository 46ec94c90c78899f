public import DataFiles

/// Where a text comes from.
public enum CorpusInput: Sendable, Equatable {
  /// A file by its path.
  case file(String)
  /// Standard input, which can be read once.
  case standardInput
  /// A text that is in memory already, with a name for messages.
  case bytes([UInt8], name: String)

  /// The inputs that arguments of a command line name: paths, `-` for standard input, and patterns with `*`, `?` or `[`
  /// for those who have no shell to do it, whose matches come in the order of their bytes.
  ///
  /// - Throws: `DataError` when a pattern matches nothing.
  public static func matching(_ arguments: [String]) throws(DataError) -> [CorpusInput] {
    var inputs: [CorpusInput] = []
    for argument in arguments {
      guard argument.utf8.contains(where: { "*?[".utf8.contains($0) }), try FileSystem.kind(of: argument) == nil else {
        inputs.append(CorpusInput(argument: argument))
        continue
      }
      let paths = FileSystem.paths(matching: argument)
      if paths.isEmpty {
        throw DataError(.noInput, "no file matches \(DataError.shown(argument)): name one that exists")
      }
      inputs += paths.map(CorpusInput.file)
    }
    return inputs
  }

  /// An input as it is written on a command line: `-` is standard input, anything else a path.
  public init(argument: String) {
    self = argument == "-" ? .standardInput : .file(argument)
  }

  /// Whether a path's name says that its file is compressed.
  public static func isCompressed(_ path: String) -> Bool { path.hasSuffix(".gz") || path.hasSuffix(".zst") }

  /// What messages call the input.
  public var name: String {
    switch self {
    case .file(let path): path
    case .standardInput: "standard input"
    case .bytes(_, let name): name
    }
  }
}
