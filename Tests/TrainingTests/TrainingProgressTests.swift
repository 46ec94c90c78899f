import DataFiles
import Testing

@testable import Training

struct TrainingProgressTests {
  @Test func jsonRoundTrip() throws {
    var progress = TrainingProgress()
    #expect(try TrainingProgress(json: progress.json) == progress)
    progress.step = 7
    progress.epoch = 1
    progress.stepInEpoch = 2
    progress.position = 30
    progress.tokens = 1 << 50
    progress.bestLoss = 1.0 / 3
    progress.bestStep = 5
    progress.evaluationsSinceBest = 2
    progress.plateaus = 1
    progress.rollBacks = 2
    progress.dueCheckpoint = progress.step - 1
    progress.skippedSteps = 3
    progress.isMeasured = false
    for i in 0..<150 { _ = progress.norms.isSpike(i == 140 ? 50 : 1, beyond: 9) }
    progress.lossSum = 0.1 + 0.2
    progress.lossCount = 3
    progress.averaging.counts = [5, 3]
    progress.averaging.isTriggered = true
    progress.averaging.recentLosses = [1.5, 0.1]
    progress.averaging.bestBefore = 1.25
    let text = progress.json.serialized()
    #expect(try TrainingProgress(json: JSONValue(parsing: Array(text.utf8))) == progress)
  }

  @Test func everyMemberIsNeeded() throws {
    let members = try #require(TrainingProgress().json.objectValue)
    // Checkpoints of before there were these say nothing of them.
    for member in members where !["best_loss", "measured", "due_checkpoint"].contains(member.name) {
      let json = JSONValue.object(members.filter { $0.name != member.name })
      let error = #expect(throws: DataError.self) { try TrainingProgress(json: json) }
      #expect(error?.code == .data)
    }
  }

  /// A run adds to these numbers, and multiplies some.
  @Test func countsOutOfRangeAreRefused() throws {
    let members = try #require(TrainingProgress().json.objectValue)
    let counts = members.filter { $0.value.intValue != nil && $0.name != "loss_sum" }
    #expect(counts.count == 13)
    for count in counts {
      for wrong in [-1, Int.max, Int.min] {
        let json = JSONValue.object(
          members.map { $0.name == count.name ? .init($0.name, .integer(wrong)) : $0 })
        #expect(throws: DataError.self, "\(count.name) \(wrong)") { try TrainingProgress(json: json) }
      }
    }
  }

  /// Merity, Keskar & Socher (2018): the mean starts when a loss is worse than the best of those that are `trigger` evaluations old.
  @Test(
    arguments: [
      ([5, 4, 3, 2, 1], 2, nil), ([5, 4, 3, 6], 3, nil), ([5, 4, 3, 6, 5.5], 3, 4), ([5, 4, 3, 4.5, 5], 2, 4),
      ([5, 4, 3, 5, 5, 5], 2, 4), ([5, 6], 1, nil), ([5, 4, 6], 1, 2), ([5, 5, 5], 1, nil),
      ([5, 4, 4.5, 4.25, 4.75], 3, nil),
    ] as [([Double], Int, Int?)])
  func meansStartWhenTheLossStopsFalling(losses: [Double], trigger: Int, start: Int?) {
    var progress = AveragingProgress()
    var found: Int?
    for (i, loss) in losses.enumerated() {
      progress.addLoss(loss, trigger: trigger)
      if progress.isTriggered { found = found ?? i }
    }
    #expect(found == start)
    #expect(progress.recentLosses.count == min(trigger, losses.count))
  }

  @Test(arguments: ["counts", "triggered", "recent_losses", "best_before"])
  func averagesNeedEveryMember(name: String) throws {
    let members = try #require(AveragingProgress().json.objectValue)
    #expect(AveragingProgress(.object(members)) == AveragingProgress())
    for other in [[], [JSONValue.Member(name, .string("x"))], [JSONValue.Member(name, .array([.null]))]] {
      #expect(AveragingProgress(.object(members.filter { $0.name != name } + other)) == nil)
    }
  }

  @Test(arguments: ["step", "epoch", "step_in_epoch", "position", "tokens", "loss_count"])
  func nothingIsBelowZero(name: String) throws {
    let members = try #require(TrainingProgress().json.objectValue)
    let json = JSONValue.object(members.map { $0.name == name ? .init(name, .integer(-1)) : $0 })
    let error = #expect(throws: DataError.self) { try TrainingProgress(json: json) }
    #expect(error?.code == .data)
  }
}
