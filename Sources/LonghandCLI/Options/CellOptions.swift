public import ArgumentParser
public import Longhand

extension CellKind: ExpressibleByArgument {}

/// What the cells of the layers are.
struct CellOptions: ParsableArguments {
  @Option(help: "Cell: lstm; gru, in PyTorch's form (Cho et al. 2014); or rnn, of tanh (Elman 1990).")
  var cell = CellKind.lstm

  @Flag(inversion: .prefixedNo, exclusivity: .chooseLast, help: "Let the gates see the cell (Gers & Schmidhuber 2000).")
  var peepholes = false

  /// What the options say, peepholes apart.
  var configuration: CellConfiguration { CellConfiguration(cell) }
}
