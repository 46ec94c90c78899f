import Compute
import DataFiles
import Foundation
import Goldens
import LanguageModeling
import Testing

@testable import Training

/// The losses of ten steps from a fixed seed: any change of what a run computes shows here.
///
/// `RECORD_EXPECTED_LOSSES=1 swift test --filter ExpectedLosses` writes the fixture anew, by the reference device.
struct ExpectedLossesTests {
  private static let name = "expected-losses.json"

  private func losses<D: Device>(_ device: D) throws -> [Double] {
    var run = try TrainingRun()
    run.configuration.dropout = 0.2
    run.configuration.freshStart = 0.3
    run.configuration.optimizer = OptimizerConfiguration(.adamw, learningRate: 0.02, weightDecay: 0.01, clip: 0.5)
    run.configuration.schedule = ScheduleConfiguration(.cosine, warmup: 3, floor: 0.1)
    run.configuration.limits = TrainingLimits(steps: 10)
    var losses: [Double] = []
    let trainer = try run.trainer(on: device) { if case .step(let report) = $0 { losses.append(report.loss) } }
    _ = try trainer.train(until: StopAfter(nil))
    return losses
  }

  @Test func tenSteps() throws {
    let exact = try losses(ReferenceDevice())
    if ProcessInfo.processInfo.environment["RECORD_EXPECTED_LOSSES"] != nil {
      let json = JSONValue.object([.init("losses", .array(exact.map { .number($0) }))])
      let source = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      try Data((json.serialized(pretty: true) + "\n").utf8)
        .write(to: source.appendingPathComponent("Fixtures/" + Self.name))
    }
    let fixtures = try #require(Bundle.module.resourceURL).appendingPathComponent("Fixtures")
    let json = try JSONValue(parsing: Array(Data(contentsOf: fixtures.appendingPathComponent(Self.name))))
    let expected = (json["losses"]?.arrayValue ?? []).compactMap(\.doubleValue)
    #expect(greatestDifference(exact, expected) < 1e-9)
    #expect(greatestDifference(try losses(CPUDevice()), expected) < 1e-4)
  }
}
