public import ArgumentParser
public import Longhand

extension CellKind: ExpressibleByArgument {}
extension InputGate: ExpressibleByArgument {}

/// What the cells of the layers are.
struct CellOptions: ParsableArguments {
  @Option(help: "Cell: lstm; gru, in PyTorch's form (Cho et al. 2014); or rnn, of tanh (Elman 1990).")
  var cell = CellKind.lstm

  @Flag(inversion: .prefixedNo, exclusivity: .chooseLast, help: "Let the gates see the cell (Gers & Schmidhuber 2000).")
  var peepholes = false

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("Project h of an lstm to n numbers (Sak et al. 2014).", valueName: "n"))
  var projection: Int?

  @Flag(
    inversion: .prefixedNo, exclusivity: .chooseLast,
    help: "Normalize products and cells of an lstm (layer normalization, Ba et al. 2016).")
  var layerNorm = false

  @Option(
    help: """
      Input gate of an lstm: free; coupled, 1 - f; or capped, the lesser of the free one and 1 - f (Melis et al. 2020).
      """)
  var inputGate = InputGate.free

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "Rounds in which x and h of an lstm gate each other (Mogrifier, Melis et al. 2020).", valueName: "n"))
  var mogrifierRounds = 0

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("Rank of the Mogrifier's matrices (default: full ones).", valueName: "n"))
  var mogrifierRank: Int?

  /// What the options say, peepholes apart.
  var configuration: CellConfiguration {
    CellConfiguration(
      cell, projectionSize: projection, layerNorm: layerNorm, inputGate: inputGate, mogrifierRounds: mogrifierRounds,
      mogrifierRank: mogrifierRank)
  }
}
