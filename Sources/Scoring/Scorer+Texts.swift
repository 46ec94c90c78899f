internal import LanguageModeling
internal import TokenFiles
internal import Threading

extension Scorer {
  /// Scores many texts of any length, such as documents, each from the initial state.
  ///
  /// Each lane reads one text, a window at a time, and takes the next one when it is done. Throws a data error when a
  /// token is none of the model's or the model is damaged, and what the closures throw.
  ///
  /// - Parameters:
  ///   - texts: for each text a closure that gives its next piece, which may be empty; nil at the end.
  ///   - observe: takes each text's number and figures, in order.
  /// - Returns: the figures of all texts together.
  public func score(
    texts: [() throws -> ScoredText?], observe: (Int, ScoreReport) throws -> Void = { _, _ in }
  ) throws -> ScoreReport {
    let groups = contexts.map { TextGroup(self, model: $0) }
    var reports = [ScoreReport?](repeating: nil, count: texts.count)
    var (started, handedOn) = (0, 0)
    var total = ScoreReport()
    while handedOn < texts.count {
      while started < texts.count, let group = groups.min(by: { $0.lanes.count < $1.lanes.count }),
        group.lanes.count < lanes
      {
        group.lanes.append(TextLane(number: started, next: texts[started], boundary: boundary))
        started += 1
      }
      for group in groups { try group.read() }
      workers.run(groups.count) { groups[$0].run() }
      for group in groups {
        for lane in try group.finish() { reports[lane.number] = lane.report }
      }
      while handedOn < texts.count, let report = reports[handedOn] {
        total = total + report
        try observe(handedOn, report)
        handedOn += 1
      }
    }
    return total
  }
}

/// A text in its lane.
private struct TextLane {
  let number: Int
  private let next: () throws -> ScoredText?
  /// The token before the next one, then those that wait to be scored.
  private(set) var waiting: [TokenID]
  private(set) var isAtEnd = false
  private(set) var report = ScoreReport()
  /// Where in the group's state it stands; nil at the start of the text.
  var place: Int?

  init(number: Int, next: @escaping () throws -> ScoredText?, boundary: TokenID) {
    self.number = number
    self.next = next
    waiting = [boundary]
  }

  /// Reads until a window is full or the text ends.
  mutating func read<Model>(for scorer: Scorer<Model>) throws {
    while !isAtEnd && waiting.count <= scorer.window {
      guard let piece = try next() else {
        isAtEnd = true
        return
      }
      try scorer.check(piece.tokens, from: report.tokens + waiting.count - 1, of: "text \(number)")
      report.add(piece.counts)
      waiting.append(contentsOf: piece.tokens)
    }
  }

  /// Counts the tokens that were scored; the last of them becomes the context of the next.
  mutating func take<Model>(_ logProbabilities: [Double], lane: Int, of B: Int, for scorer: Scorer<Model>) throws {
    let count = min(scorer.window, waiting.count - 1)
    for place in 0..<count {
      let score = TokenScore(
        index: report.tokens, token: waiting[place + 1], logProbability: logProbabilities[place * B + lane])
      try scorer.count(score, in: &report)
    }
    waiting.removeFirst(count)
  }
}

/// The lanes of one thread; during a round that thread alone works on it.
private final class TextGroup<Model: LanguageModel>: @unchecked Sendable {
  var lanes: [TextLane] = []
  private let scorer: Scorer<Model>
  private let model: Model
  private var state: Model.State
  private var (inputs, targets) = ([TokenID](), [TokenID]())
  private var logProbabilities: [Double] = []

  init(_ scorer: Scorer<Model>, model: Model) {
    self.scorer = scorer
    self.model = model
    state = model.initialState(lanes: 1)
  }

  /// Fills a window of each lane; lanes that have less read boundaries to its end.
  func read() throws {
    for lane in lanes.indices { try lanes[lane].read(for: scorer) }
    inputs.removeAll(keepingCapacity: true)
    targets.removeAll(keepingCapacity: true)
    for place in 0..<min(scorer.window, lanes.map { $0.waiting.count - 1 }.max() ?? 0) {
      for lane in lanes {
        let isThere = place + 1 < lane.waiting.count
        inputs.append(isThere ? lane.waiting[place] : scorer.boundary)
        targets.append(isThere ? lane.waiting[place + 1] : scorer.boundary)
      }
    }
  }

  /// Runs the model over the window.
  func run() {
    if inputs.isEmpty { return }
    state = model.select(lanes.map(\.place), from: state)
    for lane in lanes.indices { lanes[lane].place = lane }
    model.logProbabilities(of: targets, given: inputs, state: &state, into: &logProbabilities)
  }

  /// Counts what was scored, and gives away the lanes whose text is over.
  func finish() throws -> [TextLane] {
    for lane in lanes.indices {
      try lanes[lane].take(logProbabilities, lane: lane, of: lanes.count, for: scorer)
      // Whether a text is over is known when no more can be read.
      if lanes[lane].waiting.count == 1 { try lanes[lane].read(for: scorer) }
    }
    let done = lanes.filter { $0.isAtEnd && $0.waiting.count == 1 }
    lanes.removeAll { $0.isAtEnd && $0.waiting.count == 1 }
    return done
  }
}
