import Compute
import Goldens
import Testing

@testable import NeuralNetwork

struct AdaptiveSoftmaxTests {
  @Test func tablesAndTheirNames() {
    var layout = ParameterLayout()
    let layer = AdaptiveSoftmax(vocabularySize: 90, inputSize: 33, cutoffs: [10, 40, 41], divisor: 3, in: &layout)
    #expect(
      layout.parameters.map(\.name) == [
        "decoder.head.weight", "decoder.head.bias", "decoder.tail.0.projection.weight", "decoder.tail.0.weight",
        "decoder.tail.1.projection.weight", "decoder.tail.1.weight", "decoder.tail.2.projection.weight",
        "decoder.tail.2.weight",
      ])
    #expect(
      layout.parameters.map(\.shape) == [[13, 33], [13], [11, 33], [30, 11], [3, 33], [1, 3], [1, 33], [49, 1]])
    #expect(layer.clusters.map(\.tokens) == [10..<40, 40..<41, 41..<90])
  }

  /// A layer with random values, and one window's rows of h.
  private struct Setting {
    let device = ReferenceDevice()
    let layer: AdaptiveSoftmax
    let values, gradients: ReferenceStorage
    let h, dh: Matrix<ReferenceStorage>

    init(V: Int, H: Int, cutoffs: [Int], rows: Int) {
      var layout = ParameterLayout()
      layer = AdaptiveSoftmax(vocabularySize: V, inputSize: H, cutoffs: cutoffs, divisor: 2, in: &layout)
      (values, gradients) = (device.allocate(layout.count), device.allocate(layout.count))
      var generator = Philox4x32(seed: 41)
      values.elements = (0..<layout.count).map { _ in Double.random(in: -2...2, using: &generator) }
      h = Matrix(device.allocate(rows * H), rows: rows, columns: H)
      h.storage.elements = (0..<rows * H).map { _ in Double.random(in: -1...1, using: &generator) }
      dh = Matrix(device.allocate(rows * H), rows: rows, columns: H)
      gradients.elements = values.elements  // they are overwritten
    }

    /// ln p of the targets of some rows, and their gradients into `gradients` and `dh`.
    func step(_ rows: Range<Int>, _ targets: [UInt32]) -> [Double] {
      var logProbabilities = targets.map { _ in 0.0 }
      let pass = AdaptivePass(layer, rows: h.rows, on: device)
      pass.trainingStep(
        h.rows(rows), targets: targets, scale: 0.5, values: values, dh: dh.rows(rows), gradients: gradients,
        into: &logProbabilities)
      var alone = targets.map { _ in 0.0 }
      pass.logProbabilities(h.rows(rows), targets: targets, values: values, into: &alone)
      #expect(alone == logProbabilities)
      return logProbabilities
    }
  }

  /// So wide a head, then so wide a cluster, that a window comes in several blocks: as if each row were a window.
  @Test(arguments: [[45_000], [2]])
  func theSizeOfTheBlocksChangesNothing(cutoffs: [Int]) {
    let V = 45_010
    let setting = Setting(V: V, H: 2, cutoffs: cutoffs, rows: 200)
    var generator = Philox4x32(seed: 42)
    let targets = (0..<200).map { _ in UInt32.random(in: 0..<UInt32(V), using: &generator) }
    let together = setting.step(0..<200, targets)
    let (gradients, dh) = (setting.gradients.elements, setting.dh.storage.elements)
    var sum = [Double](repeating: 0, count: gradients.count)
    for r in 0..<200 {
      #expect(abs(setting.step(r..<r + 1, [targets[r]])[0] - together[r]) < 1e-12)
      for i in sum.indices { sum[i] += setting.gradients.elements[i] }
    }
    #expect(greatestDifference(setting.dh.storage.elements, dh) < 1e-12)
    #expect(greatestDifference(sum, gradients) < 1e-12)
  }

  /// Of a cluster that no target is in the gradient is zero, whatever stood there before.
  @Test func aClusterWithoutTargetsHasNoGradient() {
    let setting = Setting(V: 9, H: 4, cutoffs: [3, 6], rows: 3)
    _ = setting.step(0..<3, [1, 7, 0])
    func isZero(_ parameter: Parameter) -> Bool {
      setting.device.doubles(parameter.view(in: setting.gradients)).allSatisfy { $0 == 0 }
    }
    let clusters = setting.layer.clusters
    #expect(isZero(clusters[0].projection) && isZero(clusters[0].weight))
    #expect(!isZero(clusters[1].projection) && !isZero(clusters[1].weight) && !isZero(setting.layer.head))
  }
}
