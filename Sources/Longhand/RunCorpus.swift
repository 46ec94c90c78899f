internal import Compute
internal import LanguageModeling
internal import TokenFiles
internal import Tokenization
internal import Training

/// A run's texts as tokens, in its folder: one file that is parted, or one for each part.
struct RunCorpus {
  let vocabulary: Vocabulary
  let training: TokenSlice
  let validation: TokenSlice?
  let test: TokenSlice?
  /// Where the parts of the first file end; the whole file when the parts have files of their own.
  private let ends: (training: Int, validation: Int, test: Int)

  private static func tokens(_ run: RunDirectory, _ part: String) -> String { run.path + "/\(part).tokens" }
  private static func vocabulary(_ run: RunDirectory) -> String { run.path + "/vocabulary.json" }

  /// Makes vocabulary and tokens of texts.
  ///
  /// The vocabulary is that of the whole corpus, or of the training texts where
  /// the others have files of their own.
  init(
    tokenizing inputs: [CorpusInput], _ options: TrainingOptions, threads: Int, into run: RunDirectory
  ) throws(DataError) {
    let vocabulary: Vocabulary
    if let ready = options.vocabulary {
      vocabulary = ready
    } else {
      let configuration =
        if let chosen = options.tokenizer { chosen } else { try TokenizerConfiguration() }
      vocabulary = try Vocabulary.build(
        from: inputs, configuration: configuration,
        minimumCount: options.minimumCount, maximumSize: options.maximumSize, invalidUTF8: options.invalidUTF8,
        threads: threads)
    }
    guard ModelFile.hasRoom(for: vocabulary.json) else {
      throw DataError(
        .usage,
        "a model's file has no room for a vocabulary of \(vocabulary.count) tokens, which takes "
          + "\(vocabulary.json.utf8.count >> 20) MiB; make a smaller one, by --max-size or --min-count")
    }
    // A start that failed may have left parts that this one does not have.
    for part in ["validation", "test"] where try FileSystem.kind(of: Self.tokens(run, part)) != nil {
      try FileSystem.remove(Self.tokens(run, part))
    }
    try vocabulary.save(to: Self.vocabulary(run))
    func file(_ inputs: [CorpusInput], _ part: String) throws(DataError) -> TokenFile {
      let path = Self.tokens(run, part)
      _ = try tokenize(inputs, vocabulary, to: path, invalidUTF8: options.invalidUTF8, threads: threads)
      return try TokenFile(path: path, vocabularyFingerprint: vocabulary.fingerprint)
    }
    let corpus = try file(inputs, "corpus")
    switch options.split {
    case .fractions(let validation, let test):
      let ends = try Self.ends(of: corpus.count, validation: validation, test: test)
      self.init(vocabulary, corpus, nil, nil, ends)
    case .files(let validation, let test):
      let validationFile = validation.isEmpty ? nil : try file(validation, "validation")
      let testFile = test.isEmpty ? nil : try file(test, "test")
      self.init(vocabulary, corpus, validationFile, testFile, (corpus.count, corpus.count, corpus.count))
    }
  }

  /// Refuses what can be known to fail before the texts are read.
  static func check(_ inputs: [CorpusInput], _ options: TrainingOptions) throws(DataError) {
    var texts = inputs
    switch options.split {
    case .fractions(let validation, let test): _ = try ends(of: 0, validation: validation, test: test)
    case .files(let validation, let test): texts += validation + test
    }
    for case .file(let path) in texts { try FileSystem.requireFile(path) }
    guard options.vocabulary == nil, options.base.map({ $0.growsVocabulary && $0.vocabulary.canGrow }) ?? true else {
      return
    }
    for input in inputs where try input.isReadableOnce {
      throw DataError(
        .usage, "a run reads its corpus twice, so it cannot come from \(DataError.shown(input.name)); save it to a file"
      )
    }
  }

  /// The names of the texts of each part that has its own.
  static func names(of inputs: [CorpusInput], _ split: TrainingOptions.Split) -> JSONValue {
    var parts = [("training", inputs)]
    if case .files(let validation, let test) = split { parts += [("validation", validation), ("test", test)] }
    return .object(parts.map { JSONValue.Member($0, .array($1.map { .string($0.name) })) })
  }

  /// Opens what an earlier start of the run made.
  init(reading json: JSONValue, in run: RunDirectory) throws(DataError) {
    let vocabulary = try Vocabulary.load(path: Self.vocabulary(run))
    func file(_ part: String) throws(DataError) -> TokenFile? {
      let path = Self.tokens(run, part)
      guard try FileSystem.kind(of: path) != nil else { return nil }
      return try TokenFile(path: path, vocabularyFingerprint: vocabulary.fingerprint)
    }
    guard let corpus = try file("corpus"), let training = json["training_end"]?.intValue,
      let validation = json["validation_end"]?.intValue, let test = json["test_end"]?.intValue,
      0 <= training, training <= validation, validation <= test, test <= corpus.count
    else {
      throw DataError(.data, "\(DataError.shown(run.path)) does not hold the corpus of its run; start a new run")
    }
    self.init(vocabulary, corpus, try file("validation"), try file("test"), (training, validation, test))
  }

  private init(
    _ vocabulary: Vocabulary, _ corpus: TokenFile, _ validation: TokenFile?, _ test: TokenFile?,
    _ ends: (training: Int, validation: Int, test: Int)
  ) {
    self.vocabulary = vocabulary
    self.ends = ends
    training = TokenSlice(file: corpus, range: 0..<ends.training)
    func part(_ file: TokenFile?, _ range: Range<Int>) -> TokenSlice? {
      if let file { return TokenSlice(file: file, range: 0..<file.count) }
      return range.isEmpty ? nil : TokenSlice(file: corpus, range: range)
    }
    self.validation = part(validation, ends.training..<ends.validation)
    self.test = part(test, ends.validation..<ends.test)
  }

  private static func ends(
    of count: Int, validation: Double, test: Double
  ) throws(DataError) -> (training: Int, validation: Int, test: Int) {
    guard validation >= 0, test >= 0, validation + test < 1 else {
      throw DataError(
        .usage,
        "valid-fraction \(validation) and test-fraction \(test) leave nothing to train on; "
          + "they must be at least 0 and together below 1")
    }
    let testStart = count - Int(Double(count) * test)
    // 1 - 0.05 - 0.05 is a little less than 0.9, which would cost a token.
    let share = ((1 - validation - test) * 1e12).rounded() / 1e12
    let training = validation == 0 ? testStart : min(testStart, Int(Double(count) * share))
    return (training, testStart, count)
  }

  var data: TrainingData {
    TrainingData(training: training, validation: validation, boundary: vocabulary.boundary)
  }

  var json: JSONValue {
    .object([
      .init("training_end", .integer(ends.training)), .init("validation_end", .integer(ends.validation)),
      .init("test_end", .integer(ends.test)),
    ])
  }

  /// What every model file of the run says besides its tensors.
  var metadata: [(name: String, value: String)] { [("longhand.vocabulary", vocabulary.json)] }
}

extension CorpusInput {
  /// Whether the text is gone once it has been read, as it is from a pipe.
  var isReadableOnce: Bool {
    get throws(DataError) {
      switch self {
      case .bytes: false
      case .standardInput: true
      case .file(let path): try FileSystem.kind(of: path) == .other
      }
    }
  }
}
