import ArgumentParser
import Longhand

/// The shape of the model.
struct ModelOptions: ParsableArguments {
  @Option(parsing: .unconditional, help: ArgumentHelp("Layers.", valueName: "n"))
  var layers = 1

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "Units of each layer (default: 512; 256 for fewer than 500,000 tokens to train on).", valueName: "n"))
  var hidden: Int?

  @Option(
    help: ArgumentHelp(
      "Instead of --hidden: as many units, and as large embeddings, as so many parameters allow; 24M, 800k.",
      valueName: "n"))
  var parameters: ParameterBudget?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("Size of an embedding (default: 64; of words and subwords that of a layer).", valueName: "n"))
  var embedding: Int?

  @OptionGroup var cells: CellOptions

  @Flag(
    inversion: .prefixedNo, exclusivity: .chooseLast,
    help: """
      Use the embedding's table for the softmax too (Press & Wolf 2017), through a projection where an embedding is of \
      another size than a layer (default: for words and subwords, where the sizes are one).
      """)
  var tie: Bool?

  @Option(parsing: .unconditional, help: ArgumentHelp("Bias of the forget gates at the start.", valueName: "x"))
  var forgetBias = defaults.initialization.forgetBias

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "Draw all other values uniformly from -x to x (default: within 1/√hidden, embeddings of variance 1).",
      valueName: "x"))
  var initRange: Double?

  @Flag(
    inversion: .prefixedNo, exclusivity: .chooseLast,
    help: """
      Start the softmax's bias at the logarithm of each token's share of the text, which layers then need not learn \
      (default: yes, unless --init-range is given).
      """)
  var unigramBias: Bool?
}
