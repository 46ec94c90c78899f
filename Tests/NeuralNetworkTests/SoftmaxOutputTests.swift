import Compute
import Goldens
import NeuralNetwork
import Testing

struct SoftmaxOutputTests {
  /// About sixteen megabytes of logits, but 128 rows at least, in blocks of like size.
  @Test(
    arguments: [
      (1, 1, 1), (2, 5000, 5000), (1000, 100, 100), (1000, 4096, 4096), (10_000, 700, 350), (30_000, 4096, 137),
      (1 << 20, 9, 9), (1 << 20, 300, 100),
    ])
  func blocks(V: Int, rows: Int, block: Int) {
    var layout = ParameterLayout()
    #expect(SoftmaxOutput(vocabularySize: V, inputSize: 1, in: &layout).block(of: rows) == block)
  }

  /// A layer with random values, and one window's rows of h.
  private struct Setting {
    let device = ReferenceDevice()
    let layer: SoftmaxOutput
    let values, gradients: ReferenceStorage
    let h, dh: Matrix<ReferenceStorage>
    let targets: [UInt32]
    let rows = 11
    let V = 6
    let H = 4

    init() {
      var layout = ParameterLayout()
      layer = SoftmaxOutput(vocabularySize: V, inputSize: H, in: &layout)
      (values, gradients) = (device.allocate(layout.count), device.allocate(layout.count))
      var generator = Philox4x32(seed: 40)
      values.elements = (0..<layout.count).map { _ in Double.random(in: -2...2, using: &generator) }
      h = Matrix(device.allocate(rows * H), rows: rows, columns: H)
      h.storage.elements = (0..<rows * H).map { _ in Double.random(in: -1...1, using: &generator) }
      dh = Matrix(device.allocate(rows * H), rows: rows, columns: H)
      let V = UInt32(V)
      targets = (0..<rows).map { _ in UInt32.random(in: 0..<V, using: &generator) }
      gradients.elements = values.elements  // they are overwritten
    }

    func step(block: Int) -> [Double] {
      var logProbabilities = targets.map { _ in 0.0 }
      let room = Matrix(device.allocate(block * V), rows: block, columns: V)
      layer.trainingStep(
        h, targets: targets, scale: 0.5, values: values, room: room, dh: dh, gradients: gradients,
        into: &logProbabilities, on: device)
      return logProbabilities
    }
  }

  @Test(arguments: [1, 2, 4, 10, 11])
  func theSizeOfTheBlocksChangesNothing(block: Int) {
    let (whole, parts) = (Setting(), Setting())
    let expected = whole.step(block: 11)
    #expect(parts.step(block: block) == expected)
    #expect(parts.dh.storage.elements == whole.dh.storage.elements)
    #expect(greatestDifference(parts.gradients.elements, whole.gradients.elements) < 1e-14)

    var alone = expected.map { _ in 0.0 }
    let room = Matrix(parts.device.allocate(block * 6), rows: block, columns: 6)
    parts.layer.logProbabilities(
      parts.h, targets: parts.targets, values: parts.values, room: room, into: &alone, on: parts.device)
    #expect(alone == expected)
  }

  @Test func gradientsAreCentralDifferences() {
    let setting = Setting()
    _ = setting.step(block: 4)
    func loss() -> Double {
      var logProbabilities = setting.targets.map { _ in 0.0 }
      let room = Matrix(setting.device.allocate(66), rows: 11, columns: 6)
      setting.layer.logProbabilities(
        setting.h, targets: setting.targets, values: setting.values, room: room, into: &logProbabilities,
        on: setting.device)
      return -0.5 * logProbabilities.reduce(0, +)
    }
    func check(_ storage: ReferenceStorage, _ gradients: [Double]) {
      for i in gradients.indices {
        let value = storage.elements[i]
        storage.elements[i] = value + 1e-5
        let above = loss()
        storage.elements[i] = value - 1e-5
        let below = loss()
        storage.elements[i] = value
        #expect(abs((above - below) / 2e-5 - gradients[i]) < 1e-8)
      }
    }
    check(setting.values, setting.gradients.elements)
    check(setting.h.storage, setting.dh.storage.elements)
  }
}
