/// Where a text comes from.
public enum CorpusInput: Sendable, Equatable {
  /// A file by its path.
  case file(String)
  /// Standard input, which can be read once.
  case standardInput
  /// A text that is in memory already, with a name for messages.
  case bytes([UInt8], name: String)

  /// An input as it is written on a command line: `-` is standard input, anything else a path.
  public init(argument: String) {
    self = argument == "-" ? .standardInput : .file(argument)
  }

  /// What messages call the input.
  public var name: String {
    switch self {
    case .file(let path): path
    case .standardInput: "standard input"
    case .bytes(_, let name): name
    }
  }
}
