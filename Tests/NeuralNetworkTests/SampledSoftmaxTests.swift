import Compute
import Foundation
import Goldens
import Testing

@testable import NeuralNetwork

struct SampledSoftmaxTests {
  /// A layer with random values, and one window's rows of h.
  private struct Setting<D: ComparedDevice> {
    let device: D
    let layer: SoftmaxOutput
    let layout: ParameterLayout
    let values, gradients: D.Storage
    let h, dh: Matrix<D.Storage>
    let targets: [UInt32]
    let sample: SoftmaxSample<D>

    init(V: Int, H: Int, rows: Int, sample N: Int) {
      let device = D()
      self.device = device
      var layout = ParameterLayout()
      layer = SoftmaxOutput(vocabularySize: V, inputSize: H, in: &layout)
      self.layout = layout
      (values, gradients) = (device.allocate(layout.count), device.allocate(layout.count))
      var generator = Philox4x32(seed: 50)
      func random(_ x: Matrix<D.Storage>) {
        device.put((0..<x.count).map { _ in Double(Float.random(in: -1...1, using: &generator)) }, into: x)
      }
      random(layout.all(of: values))
      random(layout.all(of: gradients))  // they are overwritten
      h = Matrix(device.allocate(rows * H), rows: rows, columns: H)
      dh = Matrix(device.allocate(rows * H), rows: rows, columns: H)
      random(h)
      targets = (0..<rows).map { _ in UInt32.random(in: 0..<UInt32(V), using: &generator) }
      sample = SoftmaxSample(layer, count: N, on: device)
      sample.draw(seed: 6, stream: 7, values: values, on: device)
    }

    func step(scale: Float = 0.5) -> [Double] {
      var logProbabilities = targets.map { _ in 0.0 }
      SampledPass(sample, rows: h.rows, on: device).trainingStep(
        h, targets: targets, scale: scale, values: values, dh: dh, gradients: gradients, into: &logProbabilities)
      return logProbabilities
    }

    var all: [Double] { device.doubles(layout.all(of: gradients)) + device.doubles(dh) }
  }

  /// As the definition has it: the row's own token against those of the sample that are others, all less ln E.
  @Test func lossIsThatOfTheDefinition() {
    let (V, H, N) = (30, 5, 12)
    let setting = Setting<ReferenceDevice>(V: V, H: H, rows: 40, sample: N)
    let found = setting.step()
    let law = LogUniform(count: V)
    // The draws that the sample took, drawn again.
    var (generator, draws, drawn) = (Philox4x32(seed: 6, stream: 7), 0, [UInt32]())
    while drawn.count < N {
      let id = law.draw(using: &generator)
      draws += 1
      if !drawn.contains(id) { drawn.append(id) }
    }
    #expect(setting.sample.ids == drawn && draws > N)
    let W = setting.layer.weight.view(in: setting.values)
    let b = setting.layer.bias.view(in: setting.values)
    func z(_ r: Int, _ w: UInt32) -> Double {
      let product = (0..<H).reduce(0) { $0 + setting.h[r, $1] * W[Int(w), $1] }
      return product + b[0, Int(w)] - law.logExpectedCount(of: w, draws: draws)
    }
    var hits = 0
    for (r, t) in setting.targets.enumerated() {
      hits += drawn.contains(t) ? 1 : 0
      let others = drawn.filter { $0 != t }.reduce(0) { $0 + exp(z(r, $1)) }
      let expected = z(r, t) - log(exp(z(r, t)) + others)
      #expect(abs(found[r] - expected) < 1e-6)  // ln E is rounded to Float
    }
    #expect(hits > 3 && hits < 40)
  }

  /// All other tokens of a vocabulary as a sample, and ln E made good in the bias: the loss and the gradients of the full
  /// softmax.
  @Test func asManyTokensAsThereAreAreTheFullSoftmax() {
    let (V, rows) = (9, 20)
    let setting = Setting<ReferenceDevice>(V: V, H: 4, rows: rows, sample: V - 1)
    let missing = Set(0..<UInt32(V)).subtracting(setting.sample.ids)
    let targets = setting.targets.map { missing.contains($0) ? $0 : (missing.first ?? 0) }
    let device = setting.device
    let law = LogUniform(count: V)
    #expect(targets.allSatisfy { !setting.sample.ids.contains($0) })
    let pass = SampledPass(setting.sample, rows: rows, on: device)
    var (generator, draws, drawn) = (Philox4x32(seed: 6, stream: 7), 0, Set<UInt32>())
    while drawn.count < V - 1 {
      drawn.insert(law.draw(using: &generator))
      draws += 1
    }
    let b = setting.layer.bias.view(in: setting.values)
    let bias = (0..<V).map { b[0, $0] }
    for w in 0..<V { b[0, w] = bias[w] + Double(Float(law.logExpectedCount(of: UInt32(w), draws: draws))) }
    setting.sample.draw(seed: 6, stream: 7, values: setting.values, on: device)
    var (found, expected) = (targets.map { _ in 0.0 }, targets.map { _ in 0.0 })
    pass.trainingStep(
      setting.h, targets: targets, scale: 0.5, values: setting.values, dh: setting.dh, gradients: setting.gradients,
      into: &found)
    let gradients = setting.all
    for w in 0..<V { b[0, w] = bias[w] }
    SoftmaxPass(setting.layer, rows: rows, on: device).trainingStep(
      setting.h, targets: targets, scale: 0.5, values: setting.values, dh: setting.dh, gradients: setting.gradients,
      into: &expected)
    #expect(greatestDifference(found, expected) < 1e-12)
    #expect(greatestDifference(gradients, setting.all) < 1e-12)
    var exact = targets.map { _ in 0.0 }
    pass.logProbabilities(setting.h, targets: targets, values: setting.values, into: &exact)
    #expect(exact == expected)
  }

  /// So many tokens that a window comes in several blocks, which changes nothing: as if each row were a window.
  @Test func theSizeOfTheBlocksChangesNothing() {
    let setting = Setting<ReferenceDevice>(V: 90_000, H: 2, rows: 150, sample: 40_000)
    #expect(logitsBlock(of: 150, columns: 40_001) == 75)
    let together = setting.step()
    let (gradients, dh) = (
      setting.device.doubles(setting.layout.all(of: setting.gradients)), setting.device.doubles(setting.dh)
    )
    var sum = [Double](repeating: 0, count: gradients.count)
    // A shorter window, as at the end of a text, in the memory of whole ones.
    var shorter = [Double](repeating: 0, count: 100)
    let pass = SampledPass(setting.sample, rows: 150, on: setting.device)
    pass.trainingStep(
      setting.h.rows(0..<100), targets: Array(setting.targets[..<100]), scale: 0.5, values: setting.values,
      dh: setting.dh.rows(0..<100), gradients: setting.gradients, into: &shorter)
    #expect(shorter == Array(together[..<100]))
    for r in 0..<150 {
      var alone = [0.0]
      pass.trainingStep(
        setting.h.rows(r..<r + 1), targets: [setting.targets[r]], scale: 0.5, values: setting.values,
        dh: setting.dh.rows(r..<r + 1), gradients: setting.gradients, into: &alone)
      #expect(abs(alone[0] - together[r]) < 1e-12)
      for i in sum.indices { sum[i] += setting.gradients.elements[i] }
    }
    #expect(greatestDifference(setting.device.doubles(setting.dh), dh) < 1e-12)
    #expect(greatestDifference(sum, gradients) < 1e-12)
  }

  @Test(arguments: [(9, 3, 7, 2), (500, 33, 70, 100), (3000, 64, 150, 1500)])
  func theFastDeviceAgreesWithTheReference(V: Int, H: Int, rows: Int, N: Int) {
    let fast = Setting<CPUDevice>(V: V, H: H, rows: rows, sample: N)
    let exact = Setting<ReferenceDevice>(V: V, H: H, rows: rows, sample: N)
    #expect(fast.sample.ids == exact.sample.ids)
    #expect(greatestDifference(fast.step(scale: 0.01), exact.step(scale: 0.01)) < 1e-5)
    #expect(greatestDifference(fast.all, exact.all) < 1e-5)
  }

  /// Different tokens, the frequent ones nearly always, others by turns; the same of the same stream.
  @Test func samples() {
    let device = CPUDevice()
    var layout = ParameterLayout()
    let layer = SoftmaxOutput(vocabularySize: 1000, inputSize: 1, in: &layout)
    let values = device.allocate(layout.count)
    let sample = SoftmaxSample(layer, count: 100, on: device)
    var counts = [Int](repeating: 0, count: 1000)
    for stream: UInt64 in 0..<300 {
      sample.draw(seed: 1, stream: stream, values: values, on: device)
      #expect(Set(sample.ids).count == 100)
      for id in sample.ids { counts[Int(id)] += 1 }
      for (place, id) in sample.ids.enumerated() { #expect(sample.place(of: id) == place) }
      #expect((0..<1000).count { sample.place(of: $0) != nil } == 100)
    }
    #expect(counts[..<5].allSatisfy { $0 > 295 } && counts[500...].allSatisfy { $0 < 60 })
    #expect(counts[500...].reduce(0, +) > 1000)
    let last = sample.ids
    sample.draw(seed: 1, stream: 5, values: values, on: device)
    #expect(sample.ids != last)
    sample.draw(seed: 1, stream: 299, values: values, on: device)
    #expect(sample.ids == last)
  }
}
