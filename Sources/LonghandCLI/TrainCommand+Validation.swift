import ArgumentParser
import Longhand

// What options exclude one another, or would do nothing.

extension TrainCommand {
  func validate() throws {
    if resume && !corpus.isEmpty { throw ValidationError("A resumed run has its corpus; give --resume without texts.") }
    if !resume && corpus.isEmpty { throw ValidationError("Give a text to train on, or --resume.") }
    if folder == "" || (corpus + valid + test).contains("") {
      throw ValidationError("A name is empty; see whether a variable of the shell is.")
    }
    if plan && findRate { throw ValidationError("Give --plan or --find-rate, not both.") }
    if resume && (plan || findRate) {
      throw ValidationError("A resumed run is planned already; give its texts instead of --resume.")
    }
    if folder == nil && !plan && !findRate { throw ValidationError("Give --run FOLDER, which the run is kept in.") }
    if model.parameters != nil && model.hidden != nil {
      throw ValidationError("--parameters chooses the units of a layer; leave out --hidden, or --parameters.")
    }
    if keepVocabulary && from == nil { throw ValidationError("--keep-vocabulary goes with --from MODEL.") }
    if resume && from != nil { throw ValidationError("A resumed run has its model; give --resume without --from.") }
    if from != nil {
      let zoneout = regularization.givenOptions.filter { $0.hasPrefix("--zoneout") }
      let limits = ["--min-count", "--max-size"]
      let given =
        (vocab == nil ? [] : ["--vocab"]) + model.givenOptions
        + (softmax.softmax == .sampled ? [] : softmax.givenOptions)
        + text.givenOptions.filter { keepVocabulary || !limits.contains($0) } + zoneout
      if !given.isEmpty {
        throw ValidationError(
          "A run --from a model takes over its shape and its way to make tokens; leave out "
            + given.joined(separator: ", ") + ".")
      }
    }
    if vocab != nil && (text.minCount != nil || text.maxSize != nil) {
      throw ValidationError("--vocab FILE is ready; leave out --min-count and --max-size.")
    }
    if resume { try refuseWhatResumingIgnores() } else { try requireValidation() }
    if !test.isEmpty && valid.isEmpty { throw ValidationError("--test FILE goes with --valid FILE.") }
    if !valid.isEmpty && (validFraction != 0.1 || testFraction != 0) {
      throw ValidationError("--valid FILE takes the place of --valid-fraction and --test-fraction; leave these out.")
    }
  }

  /// Some choices follow the losses of a text that validates.
  private func requireValidation() throws {
    if !valid.isEmpty || validFraction != 0 { return }
    let given =
      (training.schedule == .plateau ? ["--schedule plateau"] : [])
      + ([.ntASGD, .twoTailed].contains(training.average) ? ["--average \(training.average.rawValue)"] : [])
      + (training.patience > 0 ? ["--patience"] : []) + (findTemperature == true ? ["--find-temperature"] : [])
    if given.isEmpty { return }
    throw ValidationError(
      "Nothing validates, which \(given.joined(separator: ", ")) would follow; give --valid FILE or a --valid-fraction."
    )
  }

  /// Refuses what would do nothing with the other options; a file's are looked at together, not one by one.
  func refuseIdle() throws {
    try ChoiceNumbers.refuseIdle(training.changedOptions, with: training.choices)
    // The model itself refuses the other options of an LSTM.
    let bias = model.changedOptions.filter { $0 == "--forget-bias" }
    try ChoiceNumbers.refuseIdle(bias, with: ["cell": model.cells.cell.rawValue])
    try regularization.refuseIdle()
  }

  /// A run that goes on is what it was started as, but for its limits.
  private func refuseWhatResumingIgnores() throws {
    let limits = ["--epochs", "--max-steps", "--max-seconds"]
    let given =
      text.givenOptions + invalid.givenOptions + model.givenOptions + softmax.givenOptions
      + regularization.givenOptions + training.givenOptions.filter { !limits.contains($0) }
      + ["--vocab", "--valid", "--test", "--valid-fraction", "--test-fraction", "--precision"].filter(
        GivenOptions.names.contains)
    if given.isEmpty { return }
    throw ValidationError(
      "A resumed run goes on as it was started; leave out \(given.joined(separator: ", ")). New limits (--epochs, "
        + "--max-steps, --max-seconds) and --threads may be given; for other options start a run, --from this one if its "
        + "model is to go on.")
  }
}
