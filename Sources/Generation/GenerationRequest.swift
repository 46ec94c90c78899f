public import DataFiles
public import TokenFiles

/// What is to be written: after which tokens, how many, and up to which.
public struct GenerationRequest: Sendable {
  /// How many of the latest tokens processors can rely on seeing.
  public static let historyLength = 4096

  /// The token before every text, read first; it is never written.
  public let boundary: TokenID
  /// The tokens that the text begins with.
  public let prompt: [TokenID]
  /// The most tokens to write after the prompt.
  public let maximumLength: Int
  /// The tokens after which writing ends; the one that was chosen is the last of the result.
  public let stopTokens: [TokenID]

  /// Throws a usage error when the length is negative.
  public init(
    boundary: TokenID, prompt: [TokenID] = [], maximumLength: Int, stopTokens: [TokenID] = []
  ) throws(DataError) {
    guard maximumLength >= 0 else {
      throw DataError(.usage, "length \(maximumLength): give a number of tokens, 0 or more")
    }
    self.boundary = boundary
    self.prompt = prompt
    self.maximumLength = maximumLength
    self.stopTokens = stopTokens
  }

  /// Throws a data error when a token is none of the model's.
  func check(vocabularySize: Int) throws(DataError) {
    for (name, tokens) in [("boundary", [boundary]), ("prompt", prompt), ("stop", stopTokens)] {
      guard let index = tokens.firstIndex(where: { Int($0) >= vocabularySize }) else { continue }
      throw DataError(
        .data,
        "\(name) token \(index) is \(tokens[index]), but the model has tokens 0 to \(vocabularySize - 1): "
          + "use its own vocabulary")
    }
  }
}
