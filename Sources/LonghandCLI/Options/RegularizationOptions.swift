import ArgumentParser
import Longhand

/// What keeps a model from learning its text by heart.
struct RegularizationOptions: ParsableArguments {
  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      """
      Share of every layer's outputs to drop in training (Zaremba 2014; default: 0.2; 0.5 for fewer than 500,000 tokens to \
      train on).
      """, valueName: "x"))
  var dropout: Double?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("The same between layers alone (default: --dropout).", valueName: "x"))
  var layerDropout: Double?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("The same behind the last layer alone (default: --dropout).", valueName: "x"))
  var outputDropout: Double?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("Share of the embeddings' numbers to drop, before the first layer.", valueName: "x"))
  var inputDropout = defaults.inputDropout

  @Flag(
    inversion: .prefixedNo, exclusivity: .chooseLast,
    help: "Drop the same places at all steps of a window, above and at the input (Gal & Ghahramani 2016).")
  var lockedDropout = defaults.lockedDropout

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("Share of the tokens that a window reads as nothing, wherever they stand.", valueName: "x"))
  var embeddingDropout = defaults.embeddingDropout

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("Share of the recurrent weights to drop for a window (Merity 2018).", valueName: "x"))
  var weightDropout = defaults.weightDropout

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("Share of each layer's h that its next step does not see, for a window.", valueName: "x"))
  var stateDropout = defaults.stateDropout

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("Share of an lstm's c that stays as it was at a step (Krueger et al. 2017).", valueName: "x"))
  var zoneoutCell = 0.0

  @Option(parsing: .unconditional, help: ArgumentHelp("The same of every layer's h.", valueName: "x"))
  var zoneoutHidden = 0.0

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("Cost of large outputs: x times their mean square (Merity's AR).", valueName: "x"))
  var activationPenalty = defaults.activationPenalty

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("Cost of outputs that change: x times the mean square of it (TAR).", valueName: "x"))
  var temporalPenalty = defaults.temporalPenalty

  /// Refuses rates of dropout that no place has.
  func refuseIdle() throws(DataError) {
    if dropout != nil && layerDropout != nil && outputDropout != nil {
      throw DataError(
        .usage,
        "--dropout is for places without a rate of their own, and --layer-dropout and --output-dropout are these: leave one "
          + "of the three out")
    }
    if lockedDropout && [layerDropout ?? dropout, outputDropout ?? dropout, inputDropout].allSatisfy({ $0 == 0 }) {
      throw DataError(.usage, "--locked-dropout has nothing to lock, since nothing is dropped; leave it out")
    }
  }

  /// Puts into a cell what it needs to know when it is not trained, too.
  func apply(to cell: inout CellConfiguration) {
    cell.zoneoutCell = zoneoutCell
    cell.zoneoutHidden = zoneoutHidden
  }

  /// Puts the options into a configuration.
  func apply(to configuration: inout TrainingConfiguration) {
    configuration.layerDropout = layerDropout
    configuration.outputDropout = outputDropout
    configuration.inputDropout = inputDropout
    configuration.lockedDropout = lockedDropout
    configuration.embeddingDropout = embeddingDropout
    configuration.weightDropout = weightDropout
    configuration.stateDropout = stateDropout
    configuration.activationPenalty = activationPenalty
    configuration.temporalPenalty = temporalPenalty
  }
}
