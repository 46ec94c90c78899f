import DataFiles
import Testing

@testable import Training

struct TrainingProgressTests {
  @Test func jsonRoundTrip() throws {
    var progress = TrainingProgress()
    #expect(try TrainingProgress(json: progress.json) == progress)
    progress.step = 7
    progress.epoch = 1
    progress.window = 2
    progress.tokens = 1 << 50
    progress.bestLoss = 1.0 / 3
    progress.bestStep = 5
    progress.evaluationsSinceBest = 2
    progress.plateaus = 1
    progress.lossSum = 0.1 + 0.2
    progress.lossCount = 3
    let text = progress.json.serialized()
    #expect(try TrainingProgress(json: JSONValue(parsing: Array(text.utf8))) == progress)
  }

  @Test func everyMemberIsNeeded() throws {
    let members = try #require(TrainingProgress().json.objectValue)
    for member in members where member.name != "best_loss" {
      let json = JSONValue.object(members.filter { $0.name != member.name })
      let error = #expect(throws: DataError.self) { try TrainingProgress(json: json) }
      #expect(error?.code == .data)
    }
  }

  @Test(arguments: ["step", "epoch", "window", "tokens", "loss_count"])
  func nothingIsBelowZero(name: String) throws {
    let members = try #require(TrainingProgress().json.objectValue)
    let json = JSONValue.object(members.map { $0.name == name ? .init(name, .integer(-1)) : $0 })
    let error = #expect(throws: DataError.self) { try TrainingProgress(json: json) }
    #expect(error?.code == .data)
  }
}
